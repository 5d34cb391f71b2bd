package org.fascicle.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipException;

/**
 * What a bundle's content is known by: SHA-256 over all its files, sorted by name as Java compares strings; each gives its
 * name in UTF-8 without a leading slash, a zero byte, and the 32 bytes of its own SHA-256. Order and compression of the
 * jar, and its directories, do not matter. Confined to one thread.
 */
public final class ContentHash {
    private final Map<String, byte[]> digests = new TreeMap<>();

    /**
     * Adds an entry, and reads it to its end; a name that ends with a slash is a directory.
     *
     * @throws ZipException if a name comes twice, or a directory has content: class loaders would find what is not hashed
     */
    public void entry(String name, InputStream content) throws IOException {
        String plain = name.startsWith("/") ? name.substring(1) : name;
        if (plain.endsWith("/")) {
            if (content.read() >= 0) throw new ZipException("entry " + plain + " is a directory with content");
        } else if (digests.put(plain, digest(content)) != null) {
            throw new ZipException("entry " + plain + " is there twice");
        }
    }

    /** The hash of all entries so far: 64 hexadecimal digits. */
    public String hex() {
        MessageDigest all = sha256();
        digests.forEach((name, digest) -> {
            all.update(name.getBytes(StandardCharsets.UTF_8));
            all.update((byte) 0);
            all.update(digest);
        });
        return HexFormat.of().formatHex(all.digest());
    }

    private static byte[] digest(InputStream content) throws IOException {
        MessageDigest one = sha256();
        byte[] buffer = new byte[1 << 14];
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) one.update(buffer, 0, n);
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
