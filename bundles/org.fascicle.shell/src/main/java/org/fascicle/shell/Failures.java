package org.fascicle.shell;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.fascicle.plugin.FascicleException;

/** What a failure says and which code the command ends with: one line for what a user can mend, never a stack trace. Stateless. */
final class Failures {
    static final int DONE = 0;
    static final int UNEXPECTED = 1;
    static final int USER = 2;
    /** What a shell expects of a command that Ctrl-C ended. */
    static final int INTERRUPTED = 130;

    private Failures() {}

    /** Prints one line and gives the exit code. */
    static int report(Throwable t, boolean verbose, Console console) {
        PrintStream err = console.err();
        int code = print(t, err, console.user().resolve("failure.log"));
        if (verbose) t.printStackTrace(err);
        err.flush();
        return code;
    }

    private static int print(Throwable t, PrintStream err, Path log) {
        if (t instanceof InterruptedException) {
            err.println("fascicle: interrupted");
            return INTERRUPTED;
        }
        if (t instanceof FascicleException e) {
            err.println("fascicle: " + oneLine(e.getMessage()));
            return USER;
        }
        if (t instanceof InvalidPathException e) {
            err.println("fascicle: " + path(e));
            return USER;
        }
        if (t instanceof UncheckedIOException e) return print(e.getCause(), err, log);
        if (t instanceof FileSystemException e) {
            err.println("fascicle: " + e.getFile() + ": " + reason(e));
            return USER;
        }
        if (t instanceof OutOfMemoryError) {
            err.println(
                    "fascicle: out of memory; make batch_size smaller, or give Java more: FASCICLE_JAVA_OPTIONS=-Xmx8g fascicle …");
            return UNEXPECTED;
        }
        err.println("fascicle: unexpected failure: " + oneLine(t.toString()) + hint(t, log));
        return UNEXPECTED;
    }

    /** Keeps the stack trace of what nobody expected, and says where. */
    private static String hint(Throwable t, Path log) {
        try {
            Files.createDirectories(log.getParent());
            try (PrintStream out =
                    new PrintStream(Files.newOutputStream(log), false, java.nio.charset.StandardCharsets.UTF_8)) {
                out.println(java.time.Instant.now());
                t.printStackTrace(out);
            }
            return "; details are in " + log;
        } catch (IOException e) {
            return "; details with --verbose";
        }
    }

    /** Why a file operation failed, in words. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) return "permission denied";
        if (e instanceof NoSuchFileException) return "no such file or directory";
        if (e instanceof FileAlreadyExistsException) return "a file of this name is in the way";
        if (e instanceof NotDirectoryException) return "not a directory";
        if (e instanceof FileSystemException f && f.getReason() != null) return oneLine(f.getReason());
        return oneLine(String.valueOf(e.getMessage()));
    }

    /** Most often a name beyond ASCII where the locale is C. */
    static String path(InvalidPathException e) {
        return "the path " + e.getInput() + " cannot be used: " + oneLine(e.getReason())
                + "; if it has letters beyond ASCII, set a UTF-8 locale: LC_ALL=C.UTF-8";
    }

    static String oneLine(String s) {
        return s == null ? "no message" : s.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
