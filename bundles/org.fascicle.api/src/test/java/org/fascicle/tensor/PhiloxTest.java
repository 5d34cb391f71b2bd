package org.fascicle.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {
    /** The known answers of Random123 for philox4x32-10. */
    @ParameterizedTest
    @CsvSource({
        "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
        "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
        "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
    })
    void givesTheKnownAnswers(String counter, String key, String answer) {
        int[] c = words(counter), k = words(key), w = new int[4];
        Philox.words(w, 0, c[0], c[1], c[2], c[3], k[0], k[1]);
        assertThat(w).isEqualTo(words(answer));
    }

    private static int[] words(String hex) {
        String[] s = hex.split(" ");
        int[] w = new int[s.length];
        for (int i = 0; i < w.length; i++) w[i] = Integer.parseUnsignedInt(s[i], 16);
        return w;
    }

    @Test
    void oneByOneAndInBulkAreTheSame() {
        Philox p = Philox.of(7, "dense1.kernel", 1, 2, 3);
        float[] u = new float[23], n = new float[23], later = new float[30];
        p.uniform(u, 5, 23);
        p.normal(n, 5, 23);
        p.normal(later, 4, 5, 23);
        assertThat(Arrays.copyOfRange(later, 4, 27)).isEqualTo(n);
        assertThat(later[3]).isEqualTo(later[27]).isZero();
        for (int i = 0; i < 23; i++) {
            assertThat(u[i]).isEqualTo(p.uniform(5 + i)).isBetween(0f, Math.nextDown(1f));
            assertThat(n[i]).isEqualTo(p.normal(5 + i));
        }
    }

    @Test
    void anotherInstanceDrawsAsIfMadeByName() {
        Philox p = Philox.of(7, "augmentation", 3, 2, 5);
        assertThat(p.instance(9).uniform(4))
                .isEqualTo(Philox.of(7, "augmentation", 9, 2, 5).uniform(4));
        assertThat(p.instance(9).uniform(4)).isNotEqualTo(p.uniform(4));
    }

    @Test
    void everyPartOfTheNameMakesOtherDraws() {
        Set<Float> first = new HashSet<>();
        first.add(Philox.of(1, "a", 0, 0, 0).uniform(0));
        first.add(Philox.of(2, "a", 0, 0, 0).uniform(0));
        first.add(Philox.of(1, "b", 0, 0, 0).uniform(0));
        first.add(Philox.of(1, "a", 1, 0, 0).uniform(0));
        first.add(Philox.of(1, "a", 0, 1, 0).uniform(0));
        first.add(Philox.of(1, "a", 0, 0, 1).uniform(0));
        first.add(Philox.of(1, "a", 0, 0, 0).uniform(4));
        assertThat(first).hasSize(7);
    }

    @Test
    void normalsHaveTheMomentsOfANormal() {
        float[] x = new float[100_000];
        Philox.of(3, "x", 0, 0, 0).normal(x, 0, x.length);
        double[] m = new double[5];
        for (float v : x) for (int k = 1; k < 5; k++) m[k] += Math.pow(v, k) / x.length;
        assertThat(m[1]).isCloseTo(0, within(0.02));
        assertThat(m[2]).isCloseTo(1, within(0.02));
        assertThat(m[3]).isCloseTo(0, within(0.05));
        assertThat(m[4]).isCloseTo(3, within(0.1));
    }
}
