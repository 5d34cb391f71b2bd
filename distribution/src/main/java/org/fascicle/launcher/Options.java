package org.fascicle.launcher;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the launcher itself must know of the arguments, before there is a framework whose commands parse them. Immutable.
 *
 * @param command the first word that is no option; empty if there is none
 * @param threads of the compute backend; empty for all cores
 */
record Options(List<String> arguments, String command, boolean verbose, Optional<Integer> threads) {
    private static final String THREADS = "--threads";

    static Options of(String[] args, Map<String, String> environment) {
        List<String> all = List.of(args);
        boolean verbose = false;
        String command = "";
        String threads = environment.getOrDefault("FASCICLE_THREADS", "");
        String from = "FASCICLE_THREADS";
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--verbose")) {
                verbose = true;
            } else if (args[i].startsWith(THREADS + "=") || args[i].equals(THREADS) && i + 1 < args.length) {
                threads = args[i].equals(THREADS) ? args[++i] : args[i].substring(THREADS.length() + 1);
                from = THREADS;
            } else if (command.isEmpty() && !args[i].startsWith("-")) {
                command = args[i];
            }
        }
        return new Options(
                all, command, verbose, threads.isEmpty() ? Optional.empty() : Optional.of(threads(from, threads)));
    }

    /** True if the interactive shell is to start; its help is told by the commands. */
    boolean shell() {
        return command.equals("shell") && !arguments.contains("--help") && !arguments.contains("-h");
    }

    /** True if it measures: that is another bundle's command. */
    boolean bench() {
        return command.equals("bench");
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
