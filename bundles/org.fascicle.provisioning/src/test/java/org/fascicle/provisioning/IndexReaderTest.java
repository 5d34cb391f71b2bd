package org.fascicle.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.fascicle.provision.ProvisioningException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Version;
import org.osgi.resource.Capability;

class IndexReaderTest {
    private static final URI BASE = URI.create("https://good.org/repo/index.xml");
    private static final String RESOURCE = """
            <resource>
              <capability namespace='osgi.identity'>
                <attribute name='osgi.identity' value='org.example.mish'/>
                <attribute name='type' value='osgi.bundle'/>
                <attribute name='version' type='Version' value='1.2.3'/>
              </capability>
              <capability namespace='osgi.content'>
                <attribute name='osgi.content' value='AB'/>
                <attribute name='url' value='jars/mish.jar'/>
                <attribute name='size' type='Long' value='7'/>
              </capability>
              <capability namespace='fascicle.activation'>
                <attribute name='fascicle.activation' value='mish'/>
                <attribute name='names' type='List&lt;String>' value='a,b\\,c, d'/>
                <directive name='effective' value='active'/>
              </capability>
              <requirement namespace='osgi.wiring.package'>
                <directive name='filter' value='(&amp;(osgi.wiring.package=org.fascicle.nn)(version>=1.0.0))'/>
              </requirement>
            </resource>
            """;

    private static String index(String content) {
        return "<?xml version='1.0'?><repository xmlns='http://www.osgi.org/xmlns/repository/v1.0.0' name='r'>"
                + content + "</repository>";
    }

    private static IndexReader.Content read(String xml) {
        return IndexReader.read("repository r: " + BASE, BASE, xml.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void resourcesAreReadWithTypesDirectivesAndAbsoluteUrls() {
        IndexReader.Content c = read(index("<referral url='other.xml'/>" + RESOURCE));
        assertThat(c.referrals()).containsExactly(URI.create("https://good.org/repo/other.xml"));
        Listed r = c.resources().get(0);
        assertThat(Content.name(r)).isEqualTo("org.example.mish");
        assertThat(Content.version(r)).isEqualTo(new Version(1, 2, 3));
        assertThat(r.getCapabilities("osgi.content").get(0).getAttributes())
                .containsEntry("url", "https://good.org/repo/jars/mish.jar")
                .containsEntry("size", 7L);
        Capability mish = r.getCapabilities("fascicle.activation").get(0);
        assertThat(mish.getAttributes()).containsEntry("names", List.of("a", "b,c", "d"));
        assertThat(mish.getDirectives()).containsEntry("effective", "active");
        assertThat(r.getRequirements("osgi.wiring.package")).hasSize(1);
        assertThat(r.getCapabilities(null)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.2.3 | 1.2.x | attribute version is no Version: 1.2.x",
                "type='Long' value='7' | type='Long' value='many' | attribute size is no Long: many",
                "(version>=1.0.0)) | (version>=1.0.0) | this is no filter",
                "'osgi.identity' | 'other' | must have one osgi.identity",
                "jars/mish.jar | a b | this is no URL: a b",
                "<resource> | <other> | is malformed",
                " namespace='osgi.content' | '' | capability without namespace",
                "</resource> | '' | is malformed",
                "value='AB' | '' | attribute without value",
                "'mish' | '&boom;' | is malformed",
            })
    void whatIsWrongIsToldInOneLine(String text, String by, String reason) {
        assertThatThrownBy(() -> read(index(RESOURCE.replace(text, by))))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContainingAll("https://good.org/repo/index.xml is malformed", reason)
                .hasMessageNotContaining("\n");
    }

    @Test
    void neitherDocumentTypesNorEntitiesAreRead() {
        String entity = "<?xml version='1.0'?><!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
                + index(RESOURCE.replace("'mish'", "'&x;'")).substring(21);
        assertThatThrownBy(() -> read(entity)).hasMessageContaining("document type");
        String laughs =
                "<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><repository>&b;</repository>";
        assertThatThrownBy(() -> read(laughs)).hasMessageContaining("document type");
        String external = "<?xml version='1.0'?><!DOCTYPE r SYSTEM 'https://evil.org/r.dtd'><repository/>";
        assertThatThrownBy(() -> read(external)).hasMessageContaining("document type");
    }

    @Test
    void anotherDocumentIsNoIndex() {
        assertThatThrownBy(() -> read("<html/>")).hasMessageContaining("must begin with <repository");
        assertThatThrownBy(() -> read("<repository><resource/></repository>")).hasMessageContaining("must begin with");
        assertThatThrownBy(() -> read("")).isInstanceOf(ProvisioningException.class);
    }

    @Test
    void aFilterThatIsTooLongIsRefusedBeforeItIsParsed() {
        String deep = "(!".repeat(100_000) + "(a=b)" + ")".repeat(100_000);
        assertThatThrownBy(() -> read(index(RESOURCE.replace("(version>=1.0.0)", deep))))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContaining("a filter has");
    }

    @Test
    void damagedIndexesFailInWordsOrAreRead() {
        byte[] good = index(RESOURCE).getBytes(StandardCharsets.UTF_8);
        for (long seed = 1; seed <= 500; seed++) {
            Random random = new Random(seed);
            byte[] bad = good.clone();
            for (int i = random.nextInt(4); i >= 0; i--) bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            try {
                IndexReader.read("x", BASE, bad);
            } catch (ProvisioningException e) {
                assertThat(e.getMessage())
                        .as("seed %d", seed)
                        .doesNotContain("\n")
                        .hasSizeLessThan(500);
            }
        }
    }
}
