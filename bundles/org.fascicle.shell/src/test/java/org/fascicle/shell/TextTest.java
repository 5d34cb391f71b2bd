package org.fascicle.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.train.RunEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
    @ParameterizedTest
    @CsvSource({
        "0.12345, 0.1235",
        "12.3456, 12.346",
        "123.456, 123.46",
        "0.0000032, 3.20e-06",
        "1234567.5, 1.23e+06",
        "3, 3",
        "NaN, NaN",
        "-0.5, -0.5000"
    })
    void numbersShowWhatMatters(double x, String text) {
        assertThat(Numbers.text(x)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"1.25, 1.3 s", "0, 0.0 s", "-1, 0.0 s", "65, 1:05", "3723, 1:02:03"})
    void durationsAreShort(double seconds, String text) {
        assertThat(Numbers.duration(seconds)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"relu, relu, 0", "relu, rleu, 1", "conv2d, conv2, 1", "dense, sense, 1", "abc, '', 3"})
    void aTranspositionCountsOne(String a, String b, int distance) {
        assertThat(Names.distance(a, b)).isEqualTo(distance);
        assertThat(Names.distance(b, a)).isEqualTo(distance);
    }

    @Test
    void nothingIsNearToWhatIsFar() {
        assertThat(Names.nearest("mish", List.of("relu", "tanh"))).isEmpty();
        assertThat(Names.nearest("mihs", List.of("relu", "mish"))).isEqualTo("; did you mean mish?");
    }

    @ParameterizedTest
    @CsvSource({
        "10, epoch 3/1",
        "20, epoch 3/10 45/90",
        "30, epoch 3/10 [=====>    ] 45/90",
        "40, epoch 3/10 [==========>         ] 45/90",
        "60, epoch 3/10 [============>           ] 45/90",
        "80, epoch 3/10 [============>           ] 45/90",
        "200, epoch 3/10 [============>           ] 45/90"
    })
    void aBarNeverReachesTheLastColumn(int columns, String head) {
        Map<String, Double> values = new LinkedHashMap<>(Map.of("loss", 0.5, "val_loss", 0.7));
        RunEvent e = new RunEvent("r", RunEvent.Type.BATCH, 3, 10, 45, 90, 225, 10, 4500, values, "");
        String bar = new Progress(columns).bar(e);
        assertThat(bar).startsWith(head).doesNotContain("val_loss").hasSizeLessThan(columns);
        if (columns == 200) assertThat(bar).endsWith("loss 0.5000  450 samples/s  30.0 s left");
    }

    @Test
    void jsonHasTextsForWhatIsNotFinite() {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("a", Double.NaN);
        m.put("b", Float.POSITIVE_INFINITY);
        m.put("c", 0.1f);
        m.put("d", null);
        m.put("e", List.of(1L, true, "x\n"));
        assertThat(Json.text(m))
                .isEqualTo("{\"a\":\"NaN\",\"b\":\"Infinity\",\"c\":0.1,\"d\":null,\"e\":[1,true,\"x\\n\"]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"3 | 3", "0.5 | 0.5", "true | true", "relu | relu", "[1, 2] | [1, 2]", "1, 2 | 1, 2"})
    void aSettingIsJsonOrElseText(String text, String shown) {
        assertThat(Json.lenient(text)).hasToString(shown);
    }
}
