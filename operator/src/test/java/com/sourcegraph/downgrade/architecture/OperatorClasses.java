package com.sourcegraph.downgrade.architecture;

import com.sourcegraph.downgrade.OperatorMain;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URL;

/** The operator's own compiled classes, without its tests and its dependencies. */
final class OperatorClasses {
    static final String ROOT = "com.sourcegraph.downgrade";

    private OperatorClasses() {}

    static JavaClasses imported() {
        URL own = OperatorMain.class.getProtectionDomain().getCodeSource().getLocation();
        JavaClasses classes = new ClassFileImporter().importUrl(own);
        if (classes.isEmpty()) {
            throw new IllegalStateException("No class of the operator was found: every rule would pass");
        }
        return classes;
    }
}
