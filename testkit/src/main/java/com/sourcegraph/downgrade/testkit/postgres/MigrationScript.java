package com.sourcegraph.downgrade.testkit.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one minor does to one schema: its migrations, and the data that an instance has gathered by then.
 *
 * <p>The text is SQL with three kinds of lines in it: {@code -- migration <id> <name> [since=<release>]} begins a
 * migration with its way up, {@code -- down} its way down, {@code -- data} the data, which is no migration.
 */
record MigrationScript(List<Migration> migrations, String data) {
    private static final Pattern HEADER = Pattern.compile("-- migration (\\d+) (\\w+)(?: since=([\\d.]+))?");

    MigrationScript {
        migrations = List.copyOf(migrations);
    }

    static MigrationScript parse(Release minor, String text) {
        List<Migration> migrations = new ArrayList<>();
        Matcher header = null;
        StringBuilder up = new StringBuilder();
        StringBuilder down = new StringBuilder();
        StringBuilder data = new StringBuilder();
        StringBuilder current = null;
        for (String line : text.lines().toList()) {
            Matcher matcher = HEADER.matcher(line);
            if (matcher.matches()) {
                add(migrations, minor, header, up, down);
                header = matcher;
                current = up;
            } else if (line.equals("-- down")) {
                current = down;
            } else if (line.equals("-- data")) {
                current = data;
            } else if (current == null) {
                throw new IllegalArgumentException(
                        "the script of " + minor.minorText() + " starts with neither a migration nor data: " + line);
            } else {
                current.append(line).append('\n');
            }
        }
        add(migrations, minor, header, up, down);
        return new MigrationScript(migrations, data.toString());
    }

    private static void add(
            List<Migration> migrations, Release minor, Matcher header, StringBuilder up, StringBuilder down) {
        if (header != null) {
            Release since = header.group(3) == null ? minor : Release.of(header.group(3));
            migrations.add(new Migration(
                    Integer.parseInt(header.group(1)), header.group(2), since, up.toString(), down.toString()));
        }
        up.setLength(0);
        down.setLength(0);
    }
}
