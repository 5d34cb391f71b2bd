package org.fascicle.launcher;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the launcher itself must know of the arguments, before there is a framework whose commands parse them. Immutable.
 *
 * @param shell true if the command is {@code shell}
 * @param threads of the compute backend; empty for all cores
 */
record Options(List<String> arguments, boolean shell, boolean verbose, Optional<Integer> threads) {
    private static final String THREADS = "--threads";

    static Options of(String[] args, Map<String, String> environment) {
        List<String> all = List.of(args);
        boolean shell = false, verbose = false, seen = false;
        String threads = environment.getOrDefault("FASCICLE_THREADS", "");
        String from = "FASCICLE_THREADS";
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--verbose")) {
                verbose = true;
            } else if (args[i].startsWith(THREADS + "=") || args[i].equals(THREADS) && i + 1 < args.length) {
                threads = args[i].equals(THREADS) ? args[++i] : args[i].substring(THREADS.length() + 1);
                from = THREADS;
            } else if (!seen && !args[i].startsWith("-")) {
                seen = true;
                shell = args[i].equals("shell");
            }
        }
        boolean help = all.contains("--help") || all.contains("-h");
        return new Options(
                all,
                shell && !help,
                verbose,
                threads.isEmpty() ? Optional.empty() : Optional.of(threads(from, threads)));
    }

    private static int threads(String from, String value) {
        try {
            int n = Integer.parseInt(value.strip());
            if (n > 0) return n;
        } catch (NumberFormatException e) {
            throw new LaunchException(from + ": the number of threads must be a whole number from 1, got " + value, e);
        }
        throw new LaunchException(from + ": the number of threads must be a whole number from 1, got " + value);
    }
}
