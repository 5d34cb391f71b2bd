package org.fascicle.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    @ParameterizedTest
    @CsvSource({
        "mish,mish,0",
        "mihs,mish,1",
        "mis,mish,1",
        "wish,mish,1",
        "kernal_size,kernel_size,1",
        "'',abc,3",
        "ca,abc,3"
    })
    void distanceCountsSlipsAndATranspositionOnce(String a, String b, int expected) {
        assertThat(Words.distance(a, b)).isEqualTo(expected);
        assertThat(Words.distance(b, a)).isEqualTo(expected);
    }

    @Test
    void nearestNamesComeFirstAndFarOnesNotAtAll() {
        List<String> known = List.of("relu", "selu", "gelu", "leaky_relu", "softmax", "tanh");
        assertThat(Words.near("relu6", known)).containsExactly("relu");
        assertThat(Words.near("elu", known)).containsExactly("gelu", "relu", "selu");
        assertThat(Words.near("leakyrelu", known)).startsWith("leaky_relu");
        assertThat(Words.near("convolution", known)).isEmpty();
        assertThat(Words.didYouMean("thna", known)).isEmpty();
        assertThat(Words.didYouMean("tahn", known)).isEqualTo("; did you mean tanh?");
    }

    @Test
    void valuesAreShownAsTheUserWroteThemAndCutShort() {
        assertThat(Words.show("a")).isEqualTo("\"a\"");
        assertThat(Words.show(List.of(1, "x", 2.5))).isEqualTo("[1, \"x\", 2.5]");
        assertThat(Words.show(new int[] {1, 2})).isEqualTo("[1, 2]");
        assertThat(Words.show(null)).isEqualTo("nothing");
        assertThat(Words.show("x".repeat(1000))).hasSize(61);
    }

    @Test
    void aFailureIsItsClassAndFirstLine() {
        assertThat(Words.reason(new IllegalStateException("no table\nreally")))
                .isEqualTo("IllegalStateException: no table");
        assertThat(Words.reason(new StackOverflowError())).isEqualTo("StackOverflowError");
        assertThat(Words.reason(new RuntimeException() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public String getMessage() {
                        throw new IllegalStateException("hostile");
                    }
                }))
                .contains("WordsTest");
    }
}
