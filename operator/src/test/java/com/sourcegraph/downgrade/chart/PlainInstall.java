package com.sourcegraph.downgrade.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code deploy/install.yaml}: what the chart renders with its defaults, without what only Helm reads. The chart is the one
 * source. The file says by digests which state of the chart it was made from and what it held then, so that the build can
 * tell without Helm that neither has changed since.
 */
final class PlainInstall {

    static final Path FILE = Chart.projectRoot().resolve(Path.of("deploy", "install.yaml"));

    /** The namespace that examples and documentation use. */
    static final String NAMESPACE = "sourcegraph";

    /** As helm takes them, after the chart. */
    static final List<String> VALUES = List.of("--set", "crds.keep=false");

    private static final String CHART = "# Chart: sha256:";
    private static final String CONTENT = "# Content: sha256:";
    private static final String HEADER = """
            # The operator, its definition and its roles, for an instance in the namespace sourcegraph:
            #
            #   kubectl apply --server-side -f install.yaml
            #
            # Made from helm/sourcegraph-downgrade-operator with its default values: change the chart, not this file, then
            # HELM=helm mvn -pl operator -am test -Dtest=HelmTest -Dinstall.write=true -Dsurefire.failIfNoSpecifiedTests=false
            """;

    private PlainInstall() {}

    /** The whole file, from what {@code helm template} wrote. */
    static String of(String rendered) {
        String content = Arrays.stream(rendered.split("(?m)^---$"))
                .map(PlainInstall::withoutHelm)
                .filter(document -> !document.isBlank())
                .collect(Collectors.joining("---\n", "---\n", ""));
        return HEADER + CHART + chartDigest() + "\n" + CONTENT + digest(content) + "\n" + content;
    }

    private static String withoutHelm(String document) {
        return document.lines()
                .filter(line -> !line.startsWith("# Source: "))
                .filter(line -> !line.matches("\\s*(helm\\.sh/chart: .*|app\\.kubernetes\\.io/managed-by: Helm)"))
                .map(String::stripTrailing)
                .dropWhile(String::isEmpty)
                .collect(Collectors.joining("\n", "", "\n"))
                .replaceAll("\n+\\z", "\n");
    }

    static String text() {
        return Chart.read(FILE);
    }

    static void write(String text) {
        try {
            Files.writeString(FILE, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The digest of the chart that the file was made from, as it says itself. */
    static String chartDigestWhenMade() {
        return line(CHART);
    }

    /** The digest of what the file held when it was made, as it says itself. */
    static String contentDigestWhenMade() {
        return line(CONTENT);
    }

    static String contentDigest() {
        return digest(text().substring(text().indexOf("---\n")));
    }

    /** Of everything in the chart that has a say in what is rendered. */
    static String chartDigest() {
        try (Stream<Path> files = Files.walk(Chart.FOLDER)) {
            return digest(files.filter(Files::isRegularFile)
                    .filter(PlainInstall::rendered)
                    .sorted()
                    .map(file -> Chart.FOLDER.relativize(file) + "\n" + Chart.read(file))
                    .collect(Collectors.joining("\0")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean rendered(Path file) {
        String name = file.getFileName().toString();
        String folder = Chart.FOLDER.relativize(file).getName(0).toString();
        return name.equals("Chart.yaml")
                || name.equals("values.yaml")
                || folder.equals("files")
                || (folder.equals("templates") && !name.equals("NOTES.txt"));
    }

    private static String line(String start) {
        return text().lines()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElse(start)
                .substring(start.length());
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
