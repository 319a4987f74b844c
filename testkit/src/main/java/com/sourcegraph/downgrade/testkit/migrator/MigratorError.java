package com.sourcegraph.downgrade.testkit.migrator;

import java.sql.SQLException;
import java.util.List;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** An error that ends the migrator with a FATAL log line and exit code 1. */
final class MigratorError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MigratorError(String message) {
        super(message);
    }

    MigratorError(String message, Throwable cause) {
        super(message, cause);
    }

    /** One error stands for itself, several are counted and listed, as the migrator's multi-errors are. */
    static MigratorError of(List<MigratorError> errors) {
        if (errors.size() == 1) {
            return errors.get(0);
        }
        StringBuilder text = new StringBuilder().append(errors.size()).append(" errors occurred:");
        errors.forEach(error -> text.append("\n\t* ").append(error.getMessage()));
        return new MigratorError(text.toString());
    }

    /** A database's error in the words of the migrator's driver. */
    static String textOf(SQLException error) {
        if (error instanceof PSQLException postgres && postgres.getServerErrorMessage() != null) {
            ServerErrorMessage message = postgres.getServerErrorMessage();
            StringBuilder text = new StringBuilder()
                    .append(message.getSeverity())
                    .append(": ")
                    .append(message.getMessage())
                    .append(" (SQLSTATE ")
                    .append(message.getSQLState())
                    .append(')');
            if (message.getDetail() != null) {
                text.append("\nDETAIL: ").append(message.getDetail());
            }
            if (message.getHint() != null) {
                text.append("\nHINT: ").append(message.getHint());
            }
            return text.toString();
        }
        return error.getMessage();
    }
}
