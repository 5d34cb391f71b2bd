package org.fascicle.it;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;

/** A repository in a directory and, if it is opened, on the network too. Used by one thread. */
final class Shop implements AutoCloseable {
    private final Path directory;
    private final StringBuilder resources = new StringBuilder();
    /** Path to what the server answers; a text is where it redirects to. */
    private final Map<String, Object> served = new ConcurrentHashMap<>();

    private HttpServer server;

    Shop(Path directory) {
        this.directory = directory;
    }

    /** A bundle whose index entry says the truth; {@code more} are further capabilities and requirements. */
    Shop sell(String bundle, String version, byte[] jar, String... more) {
        return claim(bundle, version, jar, sha256(jar), bundle + ".jar", more);
    }

    /** A bundle of which the index says this. */
    Shop claim(String bundle, String version, byte[] jar, String hash, String url, String... more) {
        put(bundle + ".jar", jar);
        resources
                .append("<resource>")
                .append(capability(
                        "osgi.identity",
                        Map.of("osgi.identity", bundle, "type", "osgi.bundle", "version:Version", version)))
                .append(capability(
                        "osgi.content",
                        Map.of(
                                "osgi.content",
                                hash,
                                "url",
                                url,
                                "size:Long",
                                jar.length,
                                "mime",
                                "application/vnd.osgi.bundle")))
                .append(String.join("", more))
                .append("</resource>");
        return this;
    }

    static String activation(String name) {
        return capability("fascicle.activation", Map.of("fascicle.activation", name));
    }

    static String exports(String name) {
        return capability("osgi.wiring.package", Map.of("osgi.wiring.package", name, "version:Version", "1.0.0"));
    }

    static String imports(String name) {
        return requirement("osgi.wiring.package", "(osgi.wiring.package=" + name + ")");
    }

    static String requirement(String namespace, String filter, String... directives) {
        StringBuilder b = new StringBuilder(
                "<requirement namespace='" + namespace + "'><directive name='filter' value='" + filter + "'/>");
        for (int i = 0; i < directives.length; i += 2)
            b.append("<directive name='")
                    .append(directives[i])
                    .append("' value='")
                    .append(directives[i + 1])
                    .append("'/>");
        return b.append("</requirement>").toString();
    }

    /** Attributes by name, or {@code name:Type}. */
    static String capability(String namespace, Map<String, ?> attributes) {
        StringBuilder b = new StringBuilder("<capability namespace='" + namespace + "'>");
        new LinkedHashMap<>(attributes).forEach((k, v) -> {
            String[] name = k.split(":", 2);
            b.append("<attribute name='")
                    .append(name[0])
                    .append("' value='")
                    .append(v)
                    .append('\'');
            if (name.length > 1) b.append(" type='").append(name[1]).append('\'');
            b.append("/>");
        });
        return b.append("</capability>").toString();
    }

    String xml() {
        return xml("");
    }

    String xml(String more) {
        return "<?xml version='1.0' encoding='UTF-8'?><repository xmlns='http://www.osgi.org/xmlns/repository/v1.0.0' name='shop' increment='1'>"
                + more + resources + "</repository>";
    }

    /** Writes the index of what there is; gives its URL. */
    URI index() {
        return index("index.xml", xml().getBytes(StandardCharsets.UTF_8));
    }

    URI index(String name, byte[] content) {
        return put(name, content).toUri();
    }

    Path put(String name, byte[] content) {
        try {
            served.put("/" + name, content);
            return Files.write(Files.createDirectories(directory).resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    void redirect(String name, String to) {
        served.put("/" + name, to);
    }

    /** The directory's URL, as a prefix for the allow list. */
    String place() {
        return directory.toUri().toString().replaceFirst("/?$", "/");
    }

    /** What is put in is on the network too. */
    URI open() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", x -> {
            Object answer = served.get(x.getRequestURI().getPath());
            if (answer instanceof String to) {
                x.getResponseHeaders().set("Location", to);
                x.sendResponseHeaders(302, -1);
            } else if (answer instanceof byte[] content) {
                x.sendResponseHeaders(200, content.length);
                try (OutputStream out = x.getResponseBody()) {
                    out.write(content);
                }
            } else {
                x.sendResponseHeaders(404, -1);
            }
            x.close();
        });
        server.start();
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (server != null) server.stop(0);
    }
}
