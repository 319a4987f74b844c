package com.sourcegraph.downgrade.migrator;

import com.sourcegraph.downgrade.redact.Redactor;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the log of a {@code migrator downgrade} line by line; understands the output of images from 4.0 on. A line it
 * does not know changes nothing. Not for several threads; the results are immutable.
 *
 * <p>The log never proves success: there is no last line that says so. It tells how far things are, and why they failed.
 */
public final class MigratorLogParser {
    private static final int MOST_KEPT = 50;
    private static final int LONGEST_TEXT = 8_000;
    private static final int LONGEST_VERSION = 100;

    /** Stands for every schema that nobody knows: their names are not kept, but that they were named is. */
    private static final String ANOTHER_SCHEMA = "another schema";

    private static final Pattern BANNER = Pattern.compile("Sourcegraph migrator v?(\\S+)");
    private static final Pattern HOP =
            Pattern.compile("Migrating to v?(\\d{1,9})\\.(\\d{1,9})\\S* \\(step (\\d{1,9}) of (\\d{1,9})\\)");
    private static final Pattern OUT_OF_BAND = Pattern.compile("Running out of band migrations(?: \\[([\\d ,#]*)])?");
    private static final Pattern PERCENT =
            Pattern.compile("Migration #(\\d{1,9}) is (\\d{1,9}(?:\\.\\d{1,9})?)% complete");
    private static final Pattern DRIFTED = Pattern.compile("Schema drift detected for \"?([\\w-]+)\"?");
    private static final Pattern ERROR_LINE = Pattern.compile("^(?:❌|❗️?|ERROR:|Incorrect Usage[:.])\\s*(.+)$");
    private static final Pattern WARNING_LINE = Pattern.compile("^⚠️?\\s*(.+)$");
    private static final String TERMINAL_SIZE = "An error was returned when detecting the terminal size";

    private final Redactor redactor;

    private final Map<Integer, MigratorHop> plan = new LinkedHashMap<>();
    /** Stands for the warnings as they were printed: one that is repeated is redacted once. */
    private final Set<Integer> warned = new HashSet<>();

    private final Set<String> warnings = new LinkedHashSet<>();
    private final Set<String> drifted = new LinkedHashSet<>();
    private final List<PrivilegedSql> privileged = new ArrayList<>();
    private MigratorPhase phase = MigratorPhase.STARTING;
    private HopProgress current = new HopProgress();
    private String version;
    /** As it was printed; redacted when it is asked for, because a log may have thousands before the last one. */
    private String lastError;

    private Optional<String> shownError = Optional.empty();
    private boolean fatal;
    private int hop;
    private int hops;

    public MigratorLogParser(Redactor redactor) {
        this.redactor = redactor;
    }

    /** Reads one line, without its end. */
    public void accept(String raw) {
        MigratorLogLine line = MigratorLogLine.of(raw);
        if (line.structured().isPresent()) {
            structured(line);
        } else if (!line.text().isEmpty()) {
            plain(line.text());
        }
    }

    /** Reads a whole log. */
    public MigratorProgress parse(String log) {
        log.lines().forEach(this::accept);
        return progress();
    }

    /** The number of the current hop; 0 before the first. */
    int hop() {
        return hop;
    }

    /** Whether more has changed than how far the current hop is; costs less than {@link #progress()}. */
    boolean turnedFrom(MigratorProgress before) {
        return phase != before.phase() || hop != before.hop() || !lastError().equals(before.lastError());
    }

    public MigratorProgress progress() {
        return new MigratorProgress(
                phase,
                Optional.ofNullable(version),
                hop,
                hops,
                List.copyOf(plan.values()),
                current.current(),
                current.counts(),
                current.percents(),
                List.copyOf(warnings),
                List.copyOf(drifted),
                lastError(),
                privileged);
    }

    private void plain(String text) {
        Matcher matcher = HOP.matcher(text);
        if (matcher.find()) {
            beginHop(
                    new Minor(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))),
                    Integer.parseInt(matcher.group(3)),
                    Integer.parseInt(matcher.group(4)));
        } else if ((matcher = PERCENT.matcher(text)).find()) {
            current.percent(Integer.parseInt(matcher.group(1)), Double.parseDouble(matcher.group(2)));
        } else if ((matcher = OUT_OF_BAND.matcher(text)).find()) {
            beginOutOfBand(ids(matcher.group(1)));
        } else if (text.contains("Running schema migrations")) {
            enter(MigratorPhase.SCHEMA_MIGRATIONS);
        } else if (text.contains("Schema migrations complete")) {
            current.finishAll();
            finishHop();
        } else if (text.contains("Out of band migrations complete")) {
            finishHop();
        } else if (text.contains("Attempting connection to") || text.contains("Connection DSNs used")) {
            if (phase == MigratorPhase.STARTING) {
                enter(MigratorPhase.CONNECTING);
            }
        } else if (version == null && (matcher = BANNER.matcher(text)).find()) {
            version = shown(matcher.group(1), LONGEST_VERSION);
        } else {
            trouble(text);
        }
    }

    private void trouble(String text) {
        Matcher matcher = DRIFTED.matcher(text);
        if (matcher.find()) {
            drifted.add(schemaName(matcher.group(1)));
            fail(text);
        } else if (text.startsWith("panic:")) {
            // Go's panics have no structured line; exit code 2 follows.
            fatal(text);
        } else if (text.contains(TERMINAL_SIZE)) {
            return;
        } else if ((matcher = ERROR_LINE.matcher(text)).find()) {
            fail(matcher.group(1));
        } else if ((matcher = WARNING_LINE.matcher(text)).find()) {
            warn(matcher.group(1));
        }
    }

    private void structured(MigratorLogLine line) {
        Optional<Schema> schema = Schema.byId(line.attribute("schema"));
        String body = line.body();
        if (line.severity().equals("FATAL")) {
            fatal(body);
        } else if (body.startsWith("The following SQL queries must be applied after")) {
            if (privileged.size() < MOST_KEPT) {
                privileged.add(new PrivilegedSql(schemaName(line.attribute("schema")), shown(line.attribute("sql"))));
            }
        } else if (body.startsWith("Schema migration lock is currently held")) {
            enter(MigratorPhase.WAITING_FOR_LOCK);
        } else if (body.equals("Acquired schema migration lock")) {
            if (phase == MigratorPhase.WAITING_FOR_LOCK) {
                enter(MigratorPhase.SCHEMA_MIGRATIONS);
            }
        } else if (body.equals("Applying migrations") && schema.isPresent()) {
            line.number("count").ifPresent(count -> current.announce(schema.get(), count));
        } else if (body.equals("Applying migration") && schema.isPresent()) {
            current.begin(schema.get(), line.attribute("migrationID"));
        } else if (schema.isPresent()
                && (body.equals("Released schema migration lock") || body.equals("Schema is in the expected state"))) {
            current.finish(schema.get());
        } else if (line.severity().equals("ERROR")) {
            fail(body + detail(line));
        } else if (line.severity().equals("WARN")) {
            warn(body + detail(line));
        }
    }

    private void beginHop(Minor to, int number, int count) {
        if (number != hop) {
            current = new HopProgress();
        }
        hop = number;
        hops = count;
        if (plan.size() < MOST_KEPT) {
            plan.putIfAbsent(number, new MigratorHop(number, to, List.of()));
        }
        enter(MigratorPhase.SCHEMA_MIGRATIONS);
    }

    private void beginOutOfBand(List<Integer> ids) {
        // 4.0 prints the line twice.
        ids.forEach(id -> {
            if (!current.percents().containsKey(id)) {
                current.percent(id, 100);
            }
        });
        MigratorHop step = plan.get(hop);
        if (step != null && !ids.isEmpty()) {
            plan.put(hop, new MigratorHop(hop, step.to(), ids));
        }
        enter(MigratorPhase.OUT_OF_BAND_MIGRATIONS);
    }

    /** A downgrade's last hop has no out-of-band part, so the end of its schema migrations is the end of its work. */
    private void finishHop() {
        if (hop > 0 && hop == hops) {
            enter(MigratorPhase.FINISHING);
        }
    }

    private void enter(MigratorPhase next) {
        if (!fatal) {
            phase = next;
        }
    }

    private void fatal(String error) {
        remember(error);
        phase = MigratorPhase.FAILED;
        fatal = true;
    }

    private void fail(String error) {
        if (!fatal) {
            remember(error);
        }
    }

    private void remember(String error) {
        if (!error.equals(lastError)) {
            lastError = error;
            shownError = Optional.empty();
        }
    }

    private Optional<String> lastError() {
        if (shownError.isEmpty() && lastError != null) {
            shownError = Optional.of(shown(lastError));
        }
        return shownError;
    }

    private void warn(String warning) {
        if (warned.size() < MOST_KEPT && warned.add(warning.hashCode())) {
            warnings.add(shown(warning));
        }
    }

    private static String detail(MigratorLogLine line) {
        String error = line.attribute("error");
        return error.isEmpty() ? "" : ": " + error;
    }

    private static List<Integer> ids(String list) {
        if (list == null) {
            return List.of();
        }
        return Arrays.stream(list.split("[ ,#]+"))
                .filter(id -> !id.isEmpty() && id.length() < 10)
                .limit(HopProgress.MOST_OUT_OF_BAND)
                .map(Integer::valueOf)
                .toList();
    }

    private static String schemaName(String id) {
        return Schema.byId(id).map(Schema::id).orElse(ANOTHER_SCHEMA);
    }

    private String shown(String text) {
        return shown(text, LONGEST_TEXT);
    }

    private String shown(String text, int longest) {
        String redacted = redactor.redact(text).strip();
        return redacted.length() <= longest ? redacted : redacted.substring(0, longest) + "…";
    }
}
