package org.fascicle.compute.ejml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.fascicle.tensor.Conv;
import org.fascicle.tensor.Elementary;
import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;
import org.fascicle.tensor.Use;
import org.junit.jupiter.api.Test;

/** The interpreter, C1 and C2 give the same bits: the same program runs in virtual machines of each kind. */
class BitsTest {
    @Test
    void bitsDoNotDependOnHowTheVirtualMachineRuns() throws IOException, InterruptedException {
        List<String> hashes = new ArrayList<>();
        for (String mode : List.of("-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation")) {
            Process p = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            mode,
                            "-cp",
                            System.getProperty("java.class.path"),
                            BitsTest.class.getName(),
                            mode.equals("-Xint") ? "1" : "400")
                    .redirectErrorStream(true)
                    .start();
            String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(p.waitFor()).as(out).isZero();
            hashes.add(out.strip());
        }
        assertThat(hashes.get(0)).matches("(-?\\d+ ?){11}");
        assertThat(hashes).containsOnly(hashes.get(0));
    }

    /** Prints hashes of one of everything, after as many rounds as the argument says. */
    public static void main(String[] arguments) {
        String line = "";
        try (EjmlOps ops = new EjmlOps(2)) {
            for (int round = Integer.parseInt(arguments[0]); round > 0; round--) line = round(ops);
        }
        new PrintStream(System.out, true, StandardCharsets.UTF_8).println(line);
    }

    private static String round(EjmlOps ops) {
        Numbers numbers = new Numbers(1);
        Tensor a = numbers.normal(19, 70),
                b = numbers.normal(70, 45),
                c = numbers.normal(45, 70),
                ab = Tensor.zeros(19, 45),
                ac = Tensor.zeros(19, 45);
        ops.matmul(ab.matrix(), 0, a.matrix(), b.matrix(), Epilogue.NONE);
        ops.matmul(ac.matrix(), 0, a.matrix(), ops.pack(c, Use.RIGHT_TRANSPOSED), Epilogue.NONE);
        Tensor x = numbers.normal(3, 2, 9, 9),
                w = numbers.normal(4, 2, 3, 3),
                y = Tensor.zeros(3, 4, 9, 9),
                dx = Tensor.zeros(x.shape()),
                dw = Tensor.zeros(w.shape());
        Conv g = new Conv(1, 1, 1, 1, 1, 1, 1);
        ops.conv(g, y, x, w.rows(), Epilogue.NONE);
        ops.convInputGradient(g, Sink.set(dx), w.rows(), y);
        ops.convWeightGradient(g, Sink.set(dw), x, y);
        Tensor sums = Tensor.zeros(4);
        ops.sumChannels(Sink.set(sums), y);
        Tensor all = numbers.normal(1000);
        Stream.Builder<Tensor> out = Stream.builder();
        out.add(ab).add(ac).add(y).add(dx).add(dw).add(sums);
        for (Elementary f : Elementary.values()) {
            Tensor v = Tensor.zeros(1000);
            ops.kernel(f).apply(v, all);
            out.add(v);
        }
        Tensor erf = Tensor.zeros(1000);
        new Buffers().erf(erf.data(), all.data(), 1000);
        return String.join(
                " ",
                out.add(erf).build().map(t -> "" + Arrays.hashCode(t.data())).toList());
    }
}
