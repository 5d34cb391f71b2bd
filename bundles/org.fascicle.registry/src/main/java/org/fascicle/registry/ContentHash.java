package org.fascicle.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.osgi.framework.Bundle;

/**
 * What a bundle's content is known by: SHA-256 over all entries but directories, sorted by name as Java compares strings;
 * each gives its name in UTF-8 without a leading slash, a zero byte, and the 32 bytes of its own SHA-256. The order and
 * compression of the jar do not matter. Taken once per revision. Thread-safe.
 */
final class ContentHash {
    private record Known(long modified, String hash) {}

    private final ConcurrentMap<Long, Known> known = new ConcurrentHashMap<>();

    /** The hash in hexadecimal, or empty if the content cannot be read any more. */
    String of(Bundle bundle) {
        long modified = bundle.getLastModified();
        Known k = known.get(bundle.getBundleId());
        if (k != null && k.modified == modified) return k.hash;
        try {
            String hash = HexFormat.of().formatHex(read(bundle));
            // Updated while it was read: what was read may be of both.
            if (bundle.getLastModified() != modified) return "";
            known.put(bundle.getBundleId(), new Known(modified, hash));
            return hash;
        } catch (IOException | RuntimeException e) {
            // Frameworks throw all sorts of things for a revision that is going: Felix a NullPointerException.
            Catalogue.LOG.debug("The content of {} cannot be read: {}", bundle, Words.reason(e));
            return "";
        }
    }

    void forget(Bundle bundle) {
        known.remove(bundle.getBundleId());
    }

    private static byte[] read(Bundle bundle) throws IOException {
        Enumeration<URL> entries = bundle.findEntries("/", "*", true);
        Map<String, byte[]> digests = new TreeMap<>();
        for (URL url : Collections.list(entries == null ? Collections.<URL>emptyEnumeration() : entries)) {
            String name = url.getPath().substring(1);
            if (!name.endsWith("/")) digests.put(name, digest(url));
        }
        MessageDigest all = sha256();
        digests.forEach((name, digest) -> {
            all.update(name.getBytes(StandardCharsets.UTF_8));
            all.update((byte) 0);
            all.update(digest);
        });
        return all.digest();
    }

    private static byte[] digest(URL url) throws IOException {
        MessageDigest one = sha256();
        try (InputStream in = new DigestInputStream(url.openStream(), one)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return one.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
