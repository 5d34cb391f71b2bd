package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** A plug-in that breaks one promise, the check that finds it, and parts of what must be said. */
record Wrong(String name, Check check, List<String> said) {
    @FunctionalInterface
    interface Check {
        List<String> run() throws Exception;
    }

    static Wrong of(String name, Check check, String... said) {
        return new Wrong(name, check, List.of(said));
    }

    void isFoundAndSaid() throws Exception {
        assertThat(String.join("\n", check.run())).contains(said);
    }

    /** What the tests of a contract say that fail. */
    static List<String> failures(Stream<DynamicTest> tests) {
        return tests.map(Wrong::failure).filter(Objects::nonNull).collect(Collectors.toList());
    }

    private static String failure(DynamicTest test) {
        try {
            test.getExecutable().execute();
            return null;
        } catch (Throwable e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
