package org.fascicle.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Lack;
import org.fascicle.plugin.Offer;
import org.fascicle.plugin.Want;
import org.fascicle.provision.Plan;
import org.fascicle.provision.Provisioning;
import org.fascicle.provision.ProvisioningException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands do about plug-ins that are missing, by policy. */
class AcquisitionTest {
    private static final Want MISH = new Want(Kind.ACTIVATION, "mish");

    @TempDir
    Path directory;

    private Fixture f;
    private final Installer installer = new Installer();

    private final class Installer implements Provisioning {
        Policy policy = Policy.EXPLAIN;
        boolean has = true;

        @Override
        public Policy policy() {
            return policy;
        }

        @Override
        public Plan plan(Set<Want> wants) {
            Map<Want, String> unmet = new LinkedHashMap<>();
            if (!has) wants.forEach(w -> unmet.put(w, "no repository has it"));
            return new Plan(has ? List.of(item()) : List.of(), unmet);
        }

        private Plan.Item item() {
            return new Plan.Item("org.example.mish", "1.0.0", "optional", "file:/mish.jar", 3271, "ab", List.of(MISH));
        }

        @Override
        public List<Plan.Item> install(Supplier<Set<Want>> missing) {
            if (missing.get().isEmpty()) return List.of();
            if (!has) throw new ProvisioningException("no repository has it");
            f.lacks.clear();
            return List.of(item());
        }
    }

    @BeforeEach
    void begin() throws IOException {
        f = new Fixture(directory);
        f.write("small.json", "{}");
        f.write("small.safetensors", "");
        f.lacks.add(new Lack(
                MISH,
                "no activation mish; install a bundle",
                Optional.empty(),
                List.of(new Offer(MISH, "org.example.mish", "1.0.0", "optional"))));
        f.provisioning = Optional.of(installer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"train small.json", "summary small.json", "predict small.safetensors --dataset points"})
    void byDefaultItIsExplainedInOneLine(String line) {
        assertThat(f.run(line.split(" "))).isEqualTo(2);
        assertThat(f.err)
                .startsWith("fascicle: " + line.split(" ")[0] + ": small")
                .contains(
                        " lacks activation mish (org.example.mish 1.0.0 of repository optional has it); add --install to install it")
                .hasLineCount(1);
        assertThat(f.out).isEmpty();
    }

    @Test
    void withInstallItIsInstalledAndStandardOutputStaysClean() {
        assertThat(f.run("train", "small.json", "--install", "--json")).isZero();
        assertThat(f.err).isEqualToIgnoringNewLines("installed org.example.mish 1.0.0 of repository optional");
        assertThat(f.json()).isNotEmpty();
        assertThat(f.lacks).isEmpty();
    }

    @Test
    void wherePolicySaysSoItIsInstalled() {
        installer.policy = Provisioning.Policy.INSTALL;
        assertThat(f.run("train", "small.json")).isZero();
        assertThat(f.lacks).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"y,true", "Yes,true", "n,false", "'',false", "yesterday,false"})
    void inTheShellAPersonIsAsked(String answer, boolean agreed) {
        installer.policy = Provisioning.Policy.ASK;
        f.terminal = true;
        f.shell = true;
        f.answer = answer + "\nignored";
        assertThat(f.run("train", "small.json")).isEqualTo(agreed ? 0 : 2);
        assertThat(f.out).contains("lacks activation mish", "install? [y/N]");
        assertThat(f.lacks.isEmpty()).isEqualTo(agreed);
        if (!agreed) assertThat(f.err).contains("nothing was installed");
    }

    @ParameterizedTest
    @CsvSource({"true,false", "false,true"})
    void whereNobodyCanBeAskedItIsExplained(boolean shell, boolean terminal) {
        installer.policy = Provisioning.Policy.ASK;
        f.shell = shell;
        f.terminal = terminal;
        f.answer = "y\n";
        assertThat(f.run("train", "small.json")).isEqualTo(2);
        assertThat(f.err).contains("add --install");
        assertThat(f.lacks).hasSize(1);
    }

    @Test
    void whatNobodyHasIsToldWithTheReason() {
        installer.has = false;
        assertThat(f.run("train", "small.json")).isEqualTo(2);
        assertThat(f.err)
                .isEqualToIgnoringNewLines(
                        "fascicle: train: small: no activation mish; install a bundle; no repository has it");
        assertThat(f.run("train", "small.json", "--install")).isEqualTo(2);
        assertThat(f.err).contains("no repository has it").doesNotContain("installed");
    }

    @Test
    void explainTellsWhatIsMissingAndWhatWouldBeInstalled() {
        assertThat(f.run("explain", "small.json")).isZero();
        assertThat(f.out.lines())
                .containsExactly(
                        "small.json lacks",
                        "  no activation mish; install a bundle",
                        "install-missing would install",
                        "  org.example.mish 1.0.0 of repository optional, 3,271 bytes, from file:/mish.jar");
        f.run("explain", "small.safetensors", "--json");
        assertThat(f.json()).singleElement().satisfies(j -> {
            assertThat(j.getJsonArray("missing").getJsonObject(0).getString("name"))
                    .isEqualTo("mish");
            assertThat(j.getJsonArray("plan").getJsonObject(0).getString("sha256"))
                    .isEqualTo("ab");
        });
        f.lacks.clear();
        f.run("explain", "small.json");
        assertThat(f.out).contains("lacks nothing");
    }

    @Test
    void installMissingInstallsWhateverThePolicy() {
        assertThat(f.run("install-missing", "small.safetensors")).isZero();
        assertThat(f.out)
                .contains("installed org.example.mish 1.0.0 of repository optional", "gone when this command ends");
        assertThat(f.run("install-missing", "small.safetensors")).isZero();
        assertThat(f.out).contains("lacks nothing");
    }

    @Test
    void withoutProvisioningThatIsTold() {
        f.provisioning = Optional.empty();
        assertThat(f.run("install-missing", "small.json")).isEqualTo(2);
        assertThat(f.err).contains("there is no provisioning", "org.fascicle.provisioning");
        assertThat(f.run("explain", "small.json")).isZero();
        assertThat(f.out).contains("no activation mish");
    }
}
