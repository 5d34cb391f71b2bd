package org.fascicle.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.fascicle.provision.ProvisioningException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {
    @TempDir
    Path directory;

    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;
    private URI at;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        at = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        server.start();
    }

    @AfterEach
    void close() {
        over.countDown();
        server.stop(0);
    }

    private Download download(int totalMillis) {
        return new Download(
                new Allowed(List.of(at, directory.toUri())), new Bounds(1 << 20, 1 << 20, 2_000, totalMillis, 1_000));
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    @Test
    void filesAreReadUpToTheirBound() throws IOException {
        Path file = Files.write(directory.resolve("f"), new byte[100]);
        assertThat(download(1_000).read("test", file.toUri(), 100)).hasSize(100);
        assertThatThrownBy(() -> download(1_000).read("test", file.toUri(), 99))
                .hasMessageContaining("larger than 99 bytes");
        assertThatThrownBy(() -> download(1_000).read("test", directory.toUri(), 99))
                .hasMessageContaining("there is no such file");
        assertThatThrownBy(() ->
                        download(1_000).read("test", directory.resolve("none").toUri(), 99))
                .hasMessageContaining("there is no such file");
    }

    @Test
    void aServerThatAnnouncesOrSendsTooMuchIsNotReadOn() {
        server.createContext("/announced", x -> {
            x.sendResponseHeaders(200, 1_000_000);
            // On later JDKs the headers wait for the first byte.
            x.getResponseBody().write(new byte[1]);
            x.getResponseBody().flush();
            x.close();
        });
        server.createContext("/endless", x -> {
            x.sendResponseHeaders(200, 0);
            try (OutputStream out = x.getResponseBody()) {
                while (true) out.write(new byte[1 << 12]);
            }
        });
        for (String path : List.of("announced", "endless")) {
            assertThatThrownBy(() -> download(60_000).read("test", at.resolve(path), 50_000))
                    .isInstanceOf(ProvisioningException.class)
                    .hasMessageContainingAll(path, "is larger than 50000 bytes");
        }
    }

    @Test
    void aServerThatDripsIsGivenUp() {
        server.createContext("/drip", x -> {
            x.sendResponseHeaders(200, 0);
            try (OutputStream out = x.getResponseBody()) {
                while (!over.await(20, TimeUnit.MILLISECONDS)) {
                    out.write(1);
                    out.flush();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThatThrownBy(() -> download(300).read("test", at.resolve("drip"), 50_000))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContaining("is not read after 0.3 s");
    }

    @Test
    void anAnswerThatIsCutShortIsNoAnswer() {
        server.createContext("/cut", x -> {
            x.sendResponseHeaders(200, 1_000);
            x.getResponseBody().write(new byte[10]);
            x.getResponseBody().flush();
            x.close();
        });
        assertThatThrownBy(() -> download(5_000).read("test", at.resolve("cut"), 50_000))
                .isInstanceOf(ProvisioningException.class)
                .hasMessageContaining("cut cannot be read");
    }

    @Test
    void gzipIsUnpackedUpToTheBound() throws IOException {
        byte[] packed = gzip(new byte[5_000_000]);
        assertThat(packed).hasSizeLessThan(50_000);
        assertThatThrownBy(() -> download(60_000).inflated("test", packed, 1_000_000))
                .hasMessageContaining("larger than 1000000 bytes");
        assertThat(download(60_000).inflated("test", packed, 5_000_000)).hasSize(5_000_000);
        assertThat(download(60_000).inflated("test", new byte[] {1, 2, 3}, 3)).containsExactly(1, 2, 3);
        byte[] cut = java.util.Arrays.copyOf(packed, packed.length / 2);
        assertThatThrownBy(() -> download(60_000).inflated("test", cut, 5_000_000))
                .hasMessageContaining("damaged gzip: it is cut short");
        byte[] bad = packed.clone();
        bad[bad.length - 6] ^= 1;
        assertThatThrownBy(() -> download(60_000).inflated("test", bad, 5_000_000))
                .hasMessageContaining("damaged gzip");
    }
}
