package org.fascicle.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.Annotation;
import java.net.URI;
import java.util.List;
import org.fascicle.provision.Provisioning.Policy;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final URI BASE = URI.create("file:/home/fascicle/");
    private static final String HASH = "0123456789abcdef".repeat(4);

    /** What a configuration says; a number that is none is an exception of the converter. */
    private record Given(String policy, String[] repositories, String[] allow, String foreign, Object read)
            implements Settings.Config {
        Given(String policy, List<String> repositories, List<String> allow) {
            this(policy, repositories.toArray(String[]::new), allow.toArray(String[]::new), "", 5);
        }

        @Override
        public int index_bytes() {
            return -1;
        }

        @Override
        public int bundle_bytes() {
            return 7;
        }

        @Override
        public int read_millis() {
            return (Integer) read;
        }

        @Override
        public int total_millis() {
            return 60_000;
        }

        @Override
        public int start_millis() {
            return 10_000;
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return Settings.Config.class;
        }
    }

    @Test
    void urlsWithoutASchemeLieInTheDistribution() {
        Settings s =
                Settings.of(new Given("ask", List.of("optional=repository/index.xml"), List.of("repository/")), BASE);
        assertThat(s.policy()).isEqualTo(Policy.ASK);
        assertThat(s.sources()).singleElement().satisfies(x -> {
            assertThat(x.index()).isEqualTo(URI.create("file:/home/fascicle/repository/index.xml"));
            assertThat(x.problem()).isEmpty();
        });
        assertThat(s.allowed().check("test", s.sources().get(0).index()))
                .isEqualTo(s.sources().get(0).index());
    }

    @Test
    void theNetworkNeedsTheHashOfTheIndex() {
        Settings s = Settings.of(
                new Given(
                        "explain",
                        List.of(
                                "good=https://good.org/i.xml#sha256=" + HASH,
                                "bare=https://good.org/i.xml",
                                "short=https://good.org/i.xml#sha256=12",
                                "file=/srv/i.xml"),
                        List.of()),
                BASE);
        assertThat(s.sources())
                .extracting(Source::problem)
                .satisfiesExactly(
                        p -> assertThat(p).isEmpty(),
                        p -> assertThat(p).contains("needs the hash"),
                        p -> assertThat(p).contains("64 hexadecimal digits"),
                        p -> assertThat(p).isEmpty());
        assertThat(s.sources().get(0).sha256()).contains(HASH);
        assertThat(s.sources().get(0).index()).hasToString("https://good.org/i.xml");
    }

    @Test
    void whatMakesNoSenseIsLeftOutAndTheRestIsInForce() {
        Settings s = Settings.of(
                new Given(
                        "allways",
                        new String[] {"no equals sign", "a=%zz", "a=x.xml", "b=y.xml", "b=z.xml"},
                        new String[] {"ftp://x/", "http://a b/", "ok/", " "},
                        "(((",
                        "soon"),
                BASE);
        assertThat(s.policy()).as("the safe one").isEqualTo(Policy.EXPLAIN);
        assertThat(s.foreign()).isEmpty();
        assertThat(s.sources()).extracting(Source::name).containsExactly("no equals sign", "a", "b");
        assertThat(s.sources().get(0).problem()).contains("must be name=url");
        assertThat(s.sources().get(1).problem()).contains("no URL");
        assertThat(s.allowed().prefixes()).containsExactly(URI.create("file:/home/fascicle/ok/"));
        assertThat(s.bounds()).isEqualTo(new Bounds(32 << 20, 7, 10_000, 60_000, 10_000));
    }
}
