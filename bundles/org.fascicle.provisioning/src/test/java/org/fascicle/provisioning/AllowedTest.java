package org.fascicle.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.fascicle.provision.ProvisioningException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowedTest {
    private static final Allowed ALLOWED = new Allowed(List.of(
            URI.create("https://good.org/repo/"), URI.create("http://good.org:8080/a"), URI.create("file:/srv/repo/")));

    @ParameterizedTest
    @CsvSource({
        "https://good.org/repo/index.xml, https://good.org/repo/index.xml",
        "https://GOOD.org:443/repo/x, https://GOOD.org:443/repo/x",
        "https://good.org/repo/deep/../x, https://good.org/repo/x",
        "http://good.org:8080/a, http://good.org:8080/a",
        "http://good.org:8080/a/b, http://good.org:8080/a/b",
        "file:///srv/repo/x.jar, file:/srv/repo/x.jar"
    })
    void whatAPrefixCoversIsReadInItsNormalForm(String url, String normal) {
        URI checked = ALLOWED.check("test", URI.create(url));
        assertThat(checked.getPath()).isEqualTo(URI.create(normal).getPath());
        assertThat(checked.getScheme()).isEqualTo(URI.create(normal).getScheme());
    }

    @ParameterizedTest
    @CsvSource({
        "https://good.org.evil.org/repo/x, forbidden",
        "https://good.org/repository/x, forbidden",
        "http://good.org/repo/x, forbidden",
        "https://good.org:8443/repo/x, forbidden",
        "http://good.org:8080/ab, forbidden",
        "https://good.org/repo/../secret, forbidden",
        "file:/srv/repo/../secret, forbidden",
        "file:/srv/repo, forbidden",
        "https://good.org/repo/%2e%2e/secret, leads elsewhere",
        "https://good.org/repo/..%2fsecret, leads elsewhere",
        "https://good.org/repo/%5c..%5csecret, leads elsewhere",
        "https://good.org/../repo/x, leads elsewhere",
        "https://me@good.org/repo/x, no user name",
        "https://good.org@evil.org/repo/x, no user name",
        "file://host/srv/repo/x, this machine",
        "jar:file:/srv/repo/x.jar!/y, only file",
        "ftp://good.org/repo/x, only file",
        "bundle://1/x, only file",
        "repo/index.xml, only file",
        "https:/repo/x, names no host",
        "file:repo/x, must be absolute"
    })
    void whatNoneCoversIsRefusedWithTheReason(String url, String reason) {
        assertThatThrownBy(() -> ALLOWED.check("test", URI.create(url)))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContainingAll("test: " + url, reason);
    }
}
