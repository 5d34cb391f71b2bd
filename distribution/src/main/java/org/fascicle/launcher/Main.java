package org.fascicle.launcher;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleException;

/** The program: {@code fascicle COMMAND …} or {@code fascicle shell}. Confined to the main thread. */
public final class Main {
    private static final int UNEXPECTED = 1;
    private static final int USER = 2;
    private static final int INTERRUPTED = 130;
    private static final long WAIT_MILLIS = 10_000;

    private final Home home;
    private final Options options;
    private final PrintStream out;
    private final Interrupt interrupt;

    private Main(Home home, Options options, PrintStream out, Interrupt interrupt) {
        this.home = home;
        this.options = options;
        this.out = out;
        this.interrupt = interrupt;
    }

    /** Runs and ends the process with the command's exit code. */
    public static void main(String[] args) {
        PrintStream out = utf8(FileDescriptor.out), err = utf8(FileDescriptor.err);
        System.setErr(err);
        Interrupt interrupt = new Interrupt(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(new Thread(interrupt, "fascicle-interrupt"));
        int code = UNEXPECTED;
        try {
            code = run(args, out, interrupt);
        } finally {
            out.flush();
            err.flush();
            interrupt.ended();
        }
        System.exit(code);
    }

    private static PrintStream utf8(FileDescriptor d) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(d), 1 << 13),
                d == FileDescriptor.err,
                StandardCharsets.UTF_8);
    }

    private static int run(String[] args, PrintStream out, Interrupt interrupt) {
        try {
            Main m = new Main(Home.find(), Options.of(args, System.getenv()), out, interrupt);
            m.log();
            return m.options.shell() ? m.shell() : m.once();
        } catch (LaunchException e) {
            System.err.println("fascicle: " + e.getMessage());
            return USER;
        } catch (FileSystemException e) {
            System.err.println("fascicle: " + e.getFile() + ": " + reason(e) + elsewhere(args));
            return USER;
        } catch (BundleException | IOException e) {
            System.err.println("fascicle: the framework does not start: "
                    + String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ")
                    + "; build the distribution again: ./fascicle build");
            return UNEXPECTED;
        } catch (InterruptedException e) {
            return INTERRUPTED;
        } catch (RuntimeException e) {
            System.err.println(
                    "fascicle: unexpected failure: " + String.valueOf(e).replaceAll("\\s*\\R\\s*", " "));
            if (List.of(args).contains("--verbose")) e.printStackTrace();
            return UNEXPECTED;
        }
    }

    private static String reason(FileSystemException e) {
        if (e instanceof AccessDeniedException) return "permission denied";
        return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    }

    /** Only the shell keeps something, and says where else it could. */
    private static String elsewhere(String[] args) {
        return List.of(args).contains("shell") ? "; name another directory: FASCICLE_HOME=DIR fascicle shell" : "";
    }

    /** Settings of the simple logger, unless given. */
    private void log() {
        String prefix = "org.slf4j.simpleLogger.";
        Map<String, String> settings = Map.of(
                "defaultLogLevel",
                options.verbose() ? "info" : "warn",
                "showThreadName",
                "false",
                "levelInBrackets",
                "false");
        settings.forEach((k, v) -> {
            if (System.getProperty(prefix + k) == null) System.setProperty(prefix + k, v);
        });
    }

    /** One command in a framework of its own. */
    private int once() throws BundleException, IOException, InterruptedException {
        // Standard output belongs to the command alone; whatever else is printed must not get between its lines.
        System.setOut(System.err);
        try (Storage storage = Storage.temporary(Path.of(System.getProperty("java.io.tmpdir")));
                Launch launch = Launch.of(home, storage, configurations(storage), Map.of())) {
            List<String> groups = new ArrayList<>(List.of("core", "commands", "optional"));
            if (options.bench()) groups.add("bench");
            launch.start(home, groups, options.verbose());
            ToIntFunction<Object[]> command = command(launch, options.bench() ? "bench" : "main");
            if (command == null) return UNEXPECTED;
            Object[] call = {
                options.arguments().toArray(String[]::new),
                Path.of("").toAbsolutePath(),
                System.in,
                out,
                System.err,
                Boolean.getBoolean("fascicle.terminal"),
                Integer.getInteger("fascicle.columns", 80)
            };
            if (!interrupt.begin()) return INTERRUPTED;
            try {
                return command.applyAsInt(call);
            } finally {
                interrupt.end();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static ToIntFunction<Object[]> command(Launch launch, String name) throws InterruptedException {
        ToIntFunction<Object[]> command = launch.command(ToIntFunction.class, name, WAIT_MILLIS);
        if (command == null) {
            System.err.println("fascicle: the commands are not there after " + WAIT_MILLIS / 1000 + " s:");
            launch.diagnosis().forEach(l -> System.err.println("  " + l));
        }
        return command;
    }

    private List<Path> configurations(Storage storage) throws IOException {
        List<Path> all = new ArrayList<>(home.configurations());
        if (options.threads().isPresent())
            all.add(Launch.threads(
                    storage.make("configuration"), options.threads().get()));
        return all;
    }

    /** The interactive shell, until it is left. */
    private int shell() throws BundleException, IOException, InterruptedException {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        // The terminal by stty, not by native code; and none is fine too: then commands come from a file or a pipe.
        System.setProperty("org.jline.terminal.provider", "exec");
        System.setProperty("org.jline.terminal.dumb", "true");
        String own = System.getenv("FASCICLE_HOME");
        Path user = own == null || own.isEmpty() ? Path.of(System.getProperty("user.home"), ".fascicle") : Path.of(own);
        try (Storage storage = Storage.shell(user.toAbsolutePath().resolve("shell"), home.hash())) {
            Path plugins = Files.createDirectories(Path.of("plugins").toAbsolutePath());
            try (Launch launch = Launch.of(home, storage, configurations(storage), interactive(plugins, storage))) {
                launch.keepOnly(home, plugins);
                System.out.println("Fascicle: fascicle --help lists the commands, exit ends the shell; jars put into "
                        + plugins + " are installed.");
                System.out.flush();
                launch.start(home, List.of("core", "commands", "optional", "shell"), options.verbose());
                if (interrupt.begin()) launch.await();
            }
        }
        return 0;
    }

    /** How dropped jars are found, and how the shell begins. */
    private Map<String, String> interactive(Path plugins, Storage storage) throws IOException {
        Map<String, String> p = new HashMap<>();
        p.put("gosh.home", home.directory().resolve("conf").toString());
        p.put("felix.fileinstall.dir", plugins.toString());
        p.put("felix.fileinstall.tmpdir", storage.make("fileinstall").toString());
        p.put("felix.fileinstall.poll", "200");
        p.put("felix.fileinstall.noInitialDelay", "true");
        p.put("felix.fileinstall.filter", ".*\\.jar");
        p.put("felix.fileinstall.enableConfigSave", "false");
        p.put("felix.fileinstall.bundles.new.start", "true");
        p.put("felix.fileinstall.bundles.startTransient", "true");
        p.put("felix.fileinstall.log.level", "1");
        return p;
    }
}
