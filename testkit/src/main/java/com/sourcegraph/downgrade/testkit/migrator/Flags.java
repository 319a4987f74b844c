package com.sourcegraph.downgrade.testkit.migrator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A command's flags, parsed as Go's {@code flag} package under urfave/cli does: {@code -x} or {@code --x}, value after a space or {@code =}. */
final class Flags {
    /** What a command accepts. */
    static final class Definition {
        private enum Kind {
            BOOL,
            TEXT,
            LIST
        }

        private final Map<String, Kind> kinds = new LinkedHashMap<>();
        private final List<String> required = new ArrayList<>();

        Definition bool(String name) {
            kinds.put(name, Kind.BOOL);
            return this;
        }

        Definition text(String name) {
            kinds.put(name, Kind.TEXT);
            return this;
        }

        Definition list(String name) {
            kinds.put(name, Kind.LIST);
            return this;
        }

        Definition required(String name) {
            required.add(name);
            return text(name);
        }

        /**
         * @throws MigratorError on anything that Go's flag package or urfave/cli would refuse
         */
        Flags parse(List<String> arguments) {
            Flags flags = new Flags();
            int next = 0;
            while (next < arguments.size()) {
                String argument = arguments.get(next);
                if (argument.length() < 2 || argument.charAt(0) != '-') {
                    break;
                }
                next++;
                if (argument.equals("--")) {
                    break;
                }
                next = parseOne(argument, arguments, next, flags);
            }
            flags.positional.addAll(arguments.subList(next, arguments.size()));
            requirePresent(flags);
            return flags;
        }

        private int parseOne(String argument, List<String> arguments, int next, Flags flags) {
            String text = argument.startsWith("--") ? argument.substring(2) : argument.substring(1);
            if (text.isEmpty() || text.startsWith("-") || text.startsWith("=")) {
                throw new MigratorError("bad flag syntax: " + argument);
            }
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            Optional<String> value = equals < 0 ? Optional.empty() : Optional.of(text.substring(equals + 1));
            Kind kind = kinds.get(name);
            if (kind == null) {
                throw new MigratorError("flag provided but not defined: -" + name);
            }
            int after = next;
            if (kind == Kind.BOOL) {
                flags.add(name, Boolean.toString(bool(name, value.orElse("true"))));
            } else if (value.isPresent()) {
                flags.add(name, value.get());
            } else if (next < arguments.size()) {
                flags.add(name, arguments.get(next));
                after++;
            } else {
                throw new MigratorError("flag needs an argument: -" + name);
            }
            return after;
        }

        private static boolean bool(String name, String value) {
            return switch (value) {
                case "1", "t", "T", "true", "TRUE", "True" -> true;
                case "0", "f", "F", "false", "FALSE", "False" -> false;
                default ->
                    throw new MigratorError("invalid boolean value \"" + value + "\" for -" + name + ": parse error");
            };
        }

        private void requirePresent(Flags flags) {
            List<String> missing =
                    required.stream().filter(name -> !flags.has(name)).toList();
            if (missing.size() == 1) {
                throw new MigratorError("Required flag \"" + missing.get(0) + "\" not set");
            }
            if (!missing.isEmpty()) {
                throw new MigratorError("Required flags \"" + String.join(", ", missing) + "\" not set");
            }
        }
    }

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final List<String> positional = new ArrayList<>();

    private Flags() {}

    private void add(String name, String value) {
        values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** The last value wins, as with Go's flags. */
    Optional<String> text(String name) {
        List<String> given = values.getOrDefault(name, List.of());
        return given.isEmpty() ? Optional.empty() : Optional.of(given.get(given.size() - 1));
    }

    boolean bool(String name) {
        return text(name).map(Boolean::parseBoolean).orElse(false);
    }

    /** Slices take several flags and commas within one. */
    List<String> list(String name) {
        return values.getOrDefault(name, List.of()).stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /** No command of the migrator takes positional arguments. */
    void requireNoPositional() {
        if (!positional.isEmpty()) {
            throw new UsageError("too many arguments");
        }
    }
}
