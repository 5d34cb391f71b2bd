package org.fascicle.provisioning;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLConnection;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.fascicle.provision.ProvisioningException;

/** Reads what is allowed, once, bounded in size and time. Redirects are followed by hand: each must be allowed too. Immutable. */
record Download(Allowed allowed, Bounds bounds) {
    private static final int REDIRECTS = 5;
    private static final int BUFFER = 1 << 14;

    /** All bytes; {@code what} is put before messages. */
    byte[] read(String what, URI url, int most) {
        URI at = url;
        try {
            at = allowed.check(what, withoutFragment(url));
            if (Allowed.isFile(at)) {
                Path file = Path.of(at);
                if (!Files.isRegularFile(file)) throw new NoSuchFileException(file.toString());
                try (InputStream in = Files.newInputStream(file)) {
                    return bounded(what + ": " + at, in, most);
                }
            }
            for (int i = 0; i <= REDIRECTS; i++) {
                HttpURLConnection c = open(at);
                try {
                    int status = c.getResponseCode();
                    if (status == HttpURLConnection.HTTP_OK) {
                        if (c.getContentLengthLong() > most) throw tooLarge(what + ": " + at, most);
                        try (InputStream in = c.getInputStream()) {
                            return bounded(what + ": " + at, in, most, c.getContentLengthLong());
                        }
                    }
                    if (status < 300 || status >= 400 || c.getHeaderField("Location") == null)
                        throw new ProvisioningException(
                                what + ": " + at + " cannot be read: the server answers " + status);
                    URI to = at.resolve(new URI(c.getHeaderField("Location")));
                    at = allowed.check(what + ": " + at + " redirects, and", withoutFragment(to));
                } finally {
                    c.disconnect();
                }
            }
            throw new ProvisioningException(what + ": " + url + " redirects more than " + REDIRECTS + " times");
        } catch (IOException | URISyntaxException | IllegalArgumentException e) {
            throw new ProvisioningException(what + ": " + at + " cannot be read: " + reason(e), e);
        }
    }

    private HttpURLConnection open(URI url) throws IOException {
        URLConnection c = url.toURL().openConnection();
        if (!(c instanceof HttpURLConnection http))
            throw new IOException("this framework handles its scheme in another way");
        http.setInstanceFollowRedirects(false);
        http.setUseCaches(false);
        http.setConnectTimeout(bounds.readMillis());
        http.setReadTimeout(bounds.readMillis());
        return http;
    }

    static URI withoutFragment(URI url) {
        String s = url.toString();
        int hash = s.indexOf('#');
        return hash < 0 ? url : URI.create(s.substring(0, hash));
    }

    /** All bytes of a stream whose length is not known. */
    byte[] bounded(String what, InputStream in, int most) throws IOException {
        return bounded(what, in, most, -1);
    }

    private byte[] bounded(String what, InputStream in, int most, long announced) throws IOException {
        long deadline = System.nanoTime() + bounds.totalMillis() * 1_000_000L;
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (n > most - all.size()) throw tooLarge(what, most);
            all.write(buffer, 0, n);
            if (System.nanoTime() - deadline > 0)
                throw new ProvisioningException(
                        what + " is not read after " + bounds.totalMillis() / 1000.0 + " s (total.millis)");
        }
        if (all.size() < announced)
            throw new EOFException("it ends after " + all.size() + " of " + announced + " bytes");
        return all.toByteArray();
    }

    /** The content of gzip; other bytes as they are. */
    byte[] inflated(String what, byte[] bytes, int most) {
        boolean gzip = bytes.length > 1 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b;
        if (!gzip) return bytes;
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return bounded(what, in, most);
        } catch (EOFException e) {
            throw new ProvisioningException(what + " is damaged gzip: it is cut short", e);
        } catch (IOException e) {
            throw new ProvisioningException(what + " is damaged gzip: " + reason(e), e);
        }
    }

    private static ProvisioningException tooLarge(String what, int most) {
        return new ProvisioningException(what + " is larger than " + most + " bytes (index.bytes, bundle.bytes)");
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** In words a person would use, in one line. */
    static String reason(Exception e) {
        if (e instanceof NoSuchFileException) return "there is no such file";
        if (e instanceof UnknownHostException) return "there is no host " + e.getMessage();
        if (e instanceof SocketTimeoutException) return "the server does not answer in time (read.millis)";
        if (e instanceof EOFException && e.getMessage() == null) return "it is cut short";
        if (e instanceof EOFException || e instanceof ZipException) return String.valueOf(e.getMessage());
        String message = e.getMessage();
        return (message == null ? e.getClass().getSimpleName() : message)
                .strip()
                .replaceAll("\\s*\\R\\s*", " ");
    }
}
