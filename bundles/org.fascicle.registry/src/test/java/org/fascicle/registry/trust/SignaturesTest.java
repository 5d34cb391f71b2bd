package org.fascicle.registry.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which a jar may be signed, or not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignaturesTest {
    @TempDir
    static Path directory;

    private Signing signing;
    private Path trusted;
    private Signatures signatures;

    /** Makes a jar of the one that is not signed. */
    private interface Making {
        byte[] make(byte[] plain) throws Exception;
    }

    @BeforeAll
    void makeKeys() throws Exception {
        signing = new Signing(directory)
                .key("good")
                .key("second")
                .key("stranger")
                .key("old", "-startdate", "-3y", "-validity", "365")
                .key("early", "-startdate", "+1y")
                .key("server", "-ext", "eku=serverAuth")
                .key("root", "-ext", "bc:c")
                .key("leaf")
                .issue("root", "leaf")
                .key("oldleaf")
                .issue("root", "oldleaf", "-startdate", "-3y", "-validity", "30")
                .key("member")
                .issue("good", "member");
        trusted = signing.trusting("good", "second", "old", "early", "server", "root");
        signatures = new Signatures(
                Signers.read(trusted, Signing.PASSWORD.toCharArray()),
                Files.createDirectory(directory.resolve("scratch")));
    }

    private static Arguments of(String what, String objection, Making making) {
        return arguments(what, objection, making);
    }

    Stream<Arguments> jars() {
        String sign = "; sign the whole jar with jarsigner";
        return Stream.of(
                of("signed by one who is trusted", "", j -> signing.sign(j, "good")),
                of("signed by one whom a trusted authority vouches for", "", j -> signing.sign(j, "leaf")),
                of(
                        "signed by a stranger and by one who is trusted",
                        "",
                        j -> signing.sign(signing.sign(j, "stranger"), "good")),
                of("not signed", "it is not signed" + sign, j -> j),
                of(
                        "signed by a stranger",
                        "it is signed by CN=stranger, for whom no certificate in @ vouches",
                        j -> signing.sign(j, "stranger")),
                of(
                        "signed by one whom a trusted signer who is no authority vouches for",
                        "it is signed by CN=member, for whom no certificate in @ vouches",
                        j -> signing.sign(j, "member")),
                of("partly signed", "entry b/Late.class is not signed" + sign, j -> late(signing.sign(j, "good"))),
                of(
                        "signed, and an entry added",
                        "entry a/New.class is not signed" + sign,
                        j -> Signing.with(signing.sign(j, "good"), "a/New.class", "evil")),
                of(
                        "signed, and an entry changed",
                        "its signature does not hold: SHA-256 digest error for a/A.class",
                        j -> Signing.with(signing.sign(j, "good"), "a/A.class", "evil")),
                of(
                        "signed, and an entry taken away",
                        "entry a/A.class was signed and is missing",
                        j -> Signing.without(signing.sign(j, "good"), "a/A.class")),
                of(
                        "signed, and the manifest changed",
                        "its signature does not hold: Invalid signature file digest for Manifest main attributes",
                        j -> activator(signing.sign(j, "good"))),
                of(
                        "signed, and a directory with content added",
                        "its signature cannot be checked: entry a/New.class/ is a directory with content",
                        j -> Signing.with(signing.sign(j, "good"), "a/New.class/", "evil")),
                of(
                        "partly signed, and then wholly by another who is trusted",
                        "",
                        j -> signing.sign(late(signing.sign(j, "good")), "second")),
                of(
                        "each half by another",
                        "its entries are not all signed by the same" + sign,
                        j -> halves(signing.sign(j, "good"))),
                of("expired", "the certificate of CN=old expired on ", j -> signing.sign(j, "old")),
                of("not yet valid", "the certificate of CN=early is not valid before ", j -> signing.sign(j, "early")),
                of(
                        "expired, of a trusted authority",
                        "the certificate of CN=oldleaf expired on ",
                        j -> signing.sign(j, "oldleaf")),
                of(
                        "by a certificate for something else",
                        "the certificate of CN=server is not for signing code",
                        j -> signing.sign(j, "server")),
                of(
                        "weak digest and signature",
                        "no signature of it counts: ",
                        j -> signing.sign(j, "good", "MD5", "MD5withRSA")),
                of(
                        "weak signature",
                        "no signature of it counts: ",
                        j -> signing.sign(j, "good", "SHA-256", "SHA1withRSA")),
                of(
                        "weak digest",
                        "no signature of it counts: ",
                        j -> signing.sign(j, "good", "SHA-1", "SHA256withRSA")),
                of(
                        "the signature's block taken away",
                        "it is not signed" + sign,
                        j -> Signing.without(signing.sign(j, "good"), "META-INF/GOOD.RSA")),
                of(
                        "the signature of another jar",
                        "its signature does not hold: ",
                        j -> foreign(signing.sign(j, "good"))));
    }

    private static byte[] late(byte[] signed) throws IOException {
        return Signing.with(signed, "b/Late.class", "late");
    }

    private static byte[] activator(byte[] signed) throws IOException {
        String manifest = new String(Signing.entries(signed).get("META-INF/MANIFEST.MF"), StandardCharsets.UTF_8);
        return Signing.with(
                signed, "META-INF/MANIFEST.MF", manifest.replaceFirst("Bundle-Name: plain", "Bundle-Activator: a.New"));
    }

    /** Adds another's signed entry with its signature, and its section to the manifest. */
    private byte[] halves(byte[] signed) throws Exception {
        Map<String, byte[]> both = Signing.entries(signing.sign(Signing.jar("b/Late.class", "late"), "second"));
        String section = new String(both.get("META-INF/MANIFEST.MF"), StandardCharsets.UTF_8).split("\r\n\r\n")[1];
        both.putAll(Signing.entries(signed));
        String manifest = new String(both.get("META-INF/MANIFEST.MF"), StandardCharsets.UTF_8);
        return Signing.with(Signing.jar(both), "META-INF/MANIFEST.MF", manifest + section + "\r\n\r\n");
    }

    private byte[] foreign(byte[] signed) throws Exception {
        Map<String, byte[]> other = Signing.entries(signing.sign(Signing.jar("a/A.class", "else"), "good"));
        Map<String, byte[]> mixed = Signing.entries(signed);
        mixed.put("META-INF/GOOD.RSA", other.get("META-INF/GOOD.RSA"));
        return Signing.jar(mixed);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("jars")
    void aJarIsJudged(String what, String objection, Making making) throws Exception {
        byte[] jar = making.make(Signing.jar("a/A.class", "one", "META-INF/services/x", "two"));
        String told = signatures.objection(Signing.content(jar));
        if (objection.isEmpty()) assertThat(told).as(what).isEmpty();
        else
            assertThat(told)
                    .as(what)
                    .startsWith(objection.replace("@", trusted.toString()))
                    .doesNotContain("\n");
        try (Stream<Path> left = Files.list(directory.resolve("scratch"))) {
            assertThat(left).as("temporary jars").isEmpty();
        }
    }

    @Test
    void contentThatCannotBeReadIsRefused() {
        assertThat(signatures.objection(to -> {
                    throw new IOException("the disk is gone");
                }))
                .isEqualTo("its signature cannot be checked: the disk is gone");
    }
}
