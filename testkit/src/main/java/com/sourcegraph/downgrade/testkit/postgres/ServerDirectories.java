package com.sourcegraph.downgrade.testkit.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where one server lies: its programs in the temporary directory, and its data in memory where there is room for it. A
 * database is created by copying 300 files between two checkpoints: some 20 ms in memory, and many times that on a busy
 * disk.
 *
 * @param programs the unpacked archive
 * @param home what the server's user owns and writes to
 */
record ServerDirectories(Path programs, Path home) {
    private static final String PREFIX = "sourcegraph-testkit-postgres-";
    private static final Path MEMORY = Path.of("/dev/shm");

    /** Far more than the tests of one JVM use. Containers often have 64 MiB there. */
    private static final long MEMORY_NEEDED = 4L << 30;

    static ServerDirectories create() throws IOException {
        Path programs = Files.createTempDirectory(PREFIX);
        try {
            Path home =
                    isRoomInMemory() ? Files.createTempDirectory(MEMORY, PREFIX) : Files.createTempDirectory(PREFIX);
            return new ServerDirectories(programs, home);
        } catch (IOException e) {
            Files.delete(programs);
            throw e;
        }
    }

    private static boolean isRoomInMemory() throws IOException {
        return Files.isDirectory(MEMORY)
                && Files.isWritable(MEMORY)
                && Files.getFileStore(MEMORY).getUsableSpace() >= MEMORY_NEEDED;
    }

    Path program(String name) {
        return programs.resolve("bin").resolve(name);
    }

    Path data() {
        return home.resolve("data");
    }

    /** Fills the programs, and opens both directories to the server's user. */
    void prepare(ServerUser user) throws IOException {
        // Another user than the directory's owner may have to read in it.
        if (!programs.toFile().setExecutable(true, false) || !programs.toFile().setReadable(true, false)) {
            throw new IOException("cannot open " + programs + " for the server's user");
        }
        PostgresBinaries.unpackInto(programs);
        user.own(home);
    }
}
