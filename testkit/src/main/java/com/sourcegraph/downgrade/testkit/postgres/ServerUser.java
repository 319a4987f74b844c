package com.sourcegraph.downgrade.testkit.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Under which user the server runs. PostgreSQL refuses to run as root; tests in a container often have nobody else.
 *
 * <ul>
 *   <li>an ordinary user: as that user;
 *   <li>root that may make a user namespace: inside one, where root looks like nobody to PostgreSQL;
 *   <li>any other root, for instance in a container under the default seccomp profile: as {@code nobody}, who then owns
 *       the data.
 * </ul>
 */
sealed interface ServerUser {
    /** What stands before the command to run. */
    List<String> prefix();

    /** Makes the directory and all in it usable for the server. */
    void own(Path directory) throws IOException;

    static ServerUser detect() throws IOException {
        if (!System.getProperty("user.name").equals("root")) {
            return new Itself();
        }
        if (succeeds("unshare", "-U", "true")) {
            return new UserNamespace();
        }
        if (succeeds("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "true")) {
            return new Nobody(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
        }
        if (succeeds("runuser", "-u", "nobody", "--", "true")) {
            return new Nobody(List.of("runuser", "-u", "nobody", "--"));
        }
        throw new IOException("PostgreSQL does not run as root, and neither `unshare -U`, `setpriv` nor `runuser` works"
                + " here to run it otherwise. Install util-linux, or run the tests as an ordinary user.");
    }

    private static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    record Itself() implements ServerUser {
        @Override
        public List<String> prefix() {
            return List.of();
        }

        @Override
        public void own(Path directory) {
            // The directory was made by the same user.
        }
    }

    record UserNamespace() implements ServerUser {
        @Override
        public List<String> prefix() {
            return List.of("unshare", "-U");
        }

        @Override
        public void own(Path directory) {
            // Outside of its namespace the server still is root.
        }
    }

    record Nobody(List<String> prefix) implements ServerUser {
        public Nobody {
            prefix = List.copyOf(prefix);
        }

        @Override
        public void own(Path directory) throws IOException {
            UserPrincipal nobody =
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
            List<Path> paths = new ArrayList<>();
            try (Stream<Path> all = Files.walk(directory)) {
                all.forEach(paths::add);
            }
            for (Path path : paths) {
                if (!Files.isSymbolicLink(path)) {
                    Files.setOwner(path, nobody);
                }
            }
        }
    }
}
