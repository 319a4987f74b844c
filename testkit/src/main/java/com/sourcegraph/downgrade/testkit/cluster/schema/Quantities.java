package com.sourcegraph.downgrade.testkit.cluster.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resource quantities: their amount and their canonical form (the largest suffix that leaves no fraction). */
public final class Quantities {
    private static final Pattern FORM =
            Pattern.compile("([+-]?[0-9]+(?:\\.[0-9]*)?|[+-]?\\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?");
    private static final List<String> DECIMAL = List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
    private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");

    private Quantities() {}

    /** The amount in units (bytes, cores). */
    public static BigDecimal amount(String quantity) {
        Matcher matcher = match(quantity);
        BigDecimal number = new BigDecimal(matcher.group(1));
        String suffix = matcher.group(2) == null ? "" : matcher.group(2);
        if (suffix.endsWith("i")) {
            return number.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(10 * BINARY.indexOf(suffix))));
        }
        int decimal = DECIMAL.indexOf(suffix);
        if (decimal >= 0) {
            return number.scaleByPowerOfTen(3 * (decimal - 3));
        }
        return number.scaleByPowerOfTen(Integer.parseInt(suffix.substring(1)));
    }

    public static String canonical(String quantity) {
        Matcher matcher = match(quantity);
        BigDecimal amount = amount(quantity);
        if (amount.signum() == 0) {
            return "0";
        }
        String suffix = matcher.group(2) == null ? "" : matcher.group(2);
        if (suffix.endsWith("i")) {
            BigDecimal step = BigDecimal.valueOf(1024);
            // Below 1024 and with a fraction the server falls back to the decimal form.
            if (amount.abs().compareTo(step) >= 0 && whole(amount)) {
                int power = 0;
                while (power < BINARY.size() - 1 && whole(amount.divide(step))) {
                    amount = amount.divide(step);
                    power++;
                }
                return amount.toBigInteger() + BINARY.get(power);
            }
        }
        BigDecimal nanos = amount.scaleByPowerOfTen(9).setScale(0, RoundingMode.CEILING);
        int power = 0;
        BigInteger value = nanos.toBigInteger();
        BigInteger thousand = BigInteger.valueOf(1000);
        while (power < DECIMAL.size() - 1 && value.mod(thousand).signum() == 0) {
            value = value.divide(thousand);
            power++;
        }
        boolean exponent = suffix.length() > 1 && (suffix.startsWith("e") || suffix.startsWith("E"));
        return value + (exponent ? (power == 3 ? "" : "e" + 3 * (power - 3)) : DECIMAL.get(power));
    }

    private static boolean whole(BigDecimal number) {
        return number.stripTrailingZeros().scale() <= 0;
    }

    private static Matcher match(String quantity) {
        Matcher matcher = FORM.matcher(quantity);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$': \""
                            + quantity + "\"");
        }
        return matcher;
    }
}
