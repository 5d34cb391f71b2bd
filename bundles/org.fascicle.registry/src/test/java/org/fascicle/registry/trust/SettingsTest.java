package org.fascicle.registry.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {
    private static final String HASH = "0123456789abcdef".repeat(4);

    @TempDir
    Path directory;

    private Policy policy(Map<String, ?> configuration) {
        return Settings.policy(configuration, Optional.empty(), Optional.of(directory), directory);
    }

    private static Policy.Candidate bundle(String name, String hash) {
        return new Policy.Candidate(name, hash, to -> to.entry("x", InputStream.nullInputStream()));
    }

    @Test
    void withoutAConfigurationAllAreTrusted() {
        assertThat(policy(Map.of())).isEqualTo(new Policy.Any());
        assertThat(policy(Map.of("service.pid", Settings.PID, "felix.fileinstall.filename", "x", ".other", 1)))
                .isEqualTo(new Policy.Any());
        assertThat(policy(Map.of("trust", "any", "trust.allow", "kept for later")))
                .isEqualTo(new Policy.Any());
    }

    @Test
    void untilTheConfigurationComesNoneAreTrustedIfAskedFor() {
        Policy waiting = Settings.policy(Map.of(), Optional.of("configured"), Optional.empty(), directory);
        assertThat(waiting.objection(bundle("a", HASH)))
                .isEqualTo(
                        "refused by trust policy: configuration org.fascicle.registry has not come, and the framework"
                                + " property fascicle.trust=configured asks to wait for it");
        assertThat(Settings.policy(Map.of("trust", "any"), Optional.of("configured"), Optional.empty(), directory))
                .isEqualTo(new Policy.Any());
        assertThat(Settings.policy(Map.of(), Optional.of("signed"), Optional.empty(), directory)
                        .words())
                .isEqualTo("none: the framework property fascicle.trust must be any or configured, got \"signed\";"
                        + " until this is mended nothing is trusted");
    }

    @Test
    void aListGoesByNameAndContent() {
        Policy policy =
                policy(Map.of("trust", "allow_list", "trust.allow", new String[] {"a = " + HASH.toUpperCase()}));
        assertThat(policy.objection(bundle("a", HASH))).isEmpty();
        String other = HASH.replace('0', '1');
        assertThat(policy.objection(bundle("b", HASH)))
                .isEqualTo("refused by trust policy allow_list: it is not listed; if you trust it, add b=" + HASH
                        + " to trust.allow of org.fascicle.registry");
        assertThat(policy.objection(bundle("a", other)))
                .isEqualTo("refused by trust policy allow_list: its content is not that of the listed " + HASH
                        + "; if you trust it, add a=" + other
                        + " to trust.allow of org.fascicle.registry");
        assertThat(policy(Map.of("trust", "allow_list", "trust.allow", "a=" + HASH + ", a=" + other))
                        .objection(bundle("a", other)))
                .isEmpty();
        assertThat(policy(Map.of("trust", "allow_list", "trust.allow", List.of()))
                        .objection(bundle("a", HASH)))
                .isNotEmpty();
    }

    static Stream<Arguments> nonsense() {
        return Stream.of(
                arguments(Map.of("trust", "sgned"), "trust must be any, allow_list or signed, got \"sgned\""),
                arguments(Map.of("trust", 7), "trust must be any, allow_list or signed, got \"7\""),
                arguments(
                        Map.of("policy", "signed"),
                        "there is no key policy; known are trust, trust.allow, trust.keystore, .trust.keystore.password"),
                arguments(
                        Map.of("trust", "any", ".trust.keystore.pasword", "x"),
                        "there is no key .trust.keystore.pasword; known are"),
                arguments(
                        Map.of("trust", "signed", "trust.keystore.password", "x"), "there is no key trust.keystore.pa"),
                arguments(
                        Map.of("trust.allow", "a=" + HASH),
                        "trust.allow is given and trust is not; add trust=allow_list or trust=signed"),
                arguments(Map.of("trust", "allow_list"), "trust.allow must be a list of texts NAME=HASH, got nothing"),
                arguments(
                        Map.of("trust", "allow_list", "trust.allow", "a"),
                        "trust.allow must list NAME=HASH, a symbolic name and 64 hexadecimal digits, got \"a\"; the"
                                + " command `fascicle hash FILE` tells a jar's hash"),
                arguments(
                        Map.of("trust", "allow_list", "trust.allow", List.of("a=" + HASH, "b=12")),
                        "trust.allow must list NAME=HASH"),
                arguments(
                        Map.of("trust", "signed"),
                        "trust=signed needs trust.keystore, the path of a key store with the certificates to trust"),
                arguments(
                        Map.of("trust", "signed", "trust.keystore", "nowhere.p12"),
                        "trust.keystore nowhere.p12 cannot be read: "),
                arguments(
                        Map.of("trust", "signed", "trust.keystore", "text.p12"),
                        "trust.keystore text.p12 cannot be read: "));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nonsense")
    void whatMakesNoSenseTrustsNothingAndSaysWhy(Map<String, ?> configuration, String why) throws Exception {
        Files.writeString(directory.resolve("text.p12"), "no key store");
        Policy policy = policy(configuration);
        assertThat(policy.words())
                .startsWith("none: configuration org.fascicle.registry: " + why)
                .endsWith("; until this is mended nothing is trusted");
        assertThat(policy.objection(bundle("a", HASH)))
                .startsWith("refused by trust policy: configuration")
                .contains(why);
        assertThat(((Policy.None) policy).mistake()).isTrue();
    }

    @Test
    void aKeyStoreIsReadOnceAndMustTrustSomebody() throws Exception {
        Signing signing = new Signing(directory).key("good");
        String path = signing.trusting("good").toString();
        Map<String, String> configuration =
                Map.of("trust", "signed", "trust.keystore", path, ".trust.keystore.password", Signing.PASSWORD);
        Policy policy = policy(configuration);
        assertThat(policy.words())
                .isEqualTo("signed: bundles signed under one of 1 certificates in " + path + " may provide plug-ins");
        assertThat(policy).isEqualTo(policy(configuration));
        assertThat(policy.objection(bundle("a", HASH)))
                .isEqualTo("refused by trust policy signed: it is not signed; sign the whole jar with jarsigner");
        assertThat(policy(Map.of("trust", "signed", "trust.keystore", path)).words())
                .contains("has no trusted certificate; is .trust.keystore.password missing?");
        assertThat(policy(Map.of("trust", "signed", "trust.keystore", path, ".trust.keystore.password", "wrong"))
                        .words())
                .contains("cannot be read: keystore password was incorrect");
        assertThat(policy(Map.of(
                                "trust",
                                "signed",
                                "trust.keystore",
                                "keys.p12",
                                ".trust.keystore.password",
                                Signing.PASSWORD))
                        .words())
                .as("keys of one's own vouch for nobody")
                .contains("has no trusted certificate; add one: keytool -importcert");
    }
}
