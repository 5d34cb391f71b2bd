package org.fascicle.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    @ParameterizedTest
    @CsvSource({
        "shell, true",
        "--verbose shell, true",
        "--threads 2 shell, true",
        "--threads=2 shell, true",
        "train shell, false",
        "shell --help, false",
        "train --set shell, false"
    })
    void theShellIsTheFirstWordThatIsNoOption(String arguments, boolean shell) {
        assertThat(Options.of(arguments.split(" "), Map.of()).shell()).isEqualTo(shell);
    }

    @ParameterizedTest
    @CsvSource({
        "bench, true",
        "bench hot-swap --json, true",
        "--threads 2 bench hot-swap, true",
        "bench --help, true",
        "help bench, false",
        "train bench, false"
    })
    void whatMeasuresIsAnotherBundlesCommand(String arguments, boolean bench) {
        assertThat(Options.of(arguments.split(" "), Map.of()).bench()).isEqualTo(bench);
    }

    @Test
    void anOptionOutranksTheEnvironment() {
        Map<String, String> environment = Map.of("FASCICLE_THREADS", "3");
        assertThat(Options.of(new String[] {"train"}, environment).threads()).contains(3);
        assertThat(Options.of(new String[] {"train", "--threads", "2"}, environment)
                        .threads())
                .contains(2);
        assertThat(Options.of(new String[] {"train", "--threads=1"}, environment)
                        .threads())
                .contains(1);
        assertThat(Options.of(new String[0], Map.of()).threads()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "two", "1.5"})
    void threadsMustBeAWholeNumberFromOne(String n) {
        assertThatThrownBy(() -> Options.of(new String[] {"train", "--threads", n}, Map.of()))
                .isInstanceOf(LaunchException.class)
                .hasMessage("--threads: the number of threads must be a whole number from 1, got " + n);
        assertThatThrownBy(() -> Options.of(new String[0], Map.of("FASCICLE_THREADS", n)))
                .hasMessageStartingWith("FASCICLE_THREADS: ");
    }
}
