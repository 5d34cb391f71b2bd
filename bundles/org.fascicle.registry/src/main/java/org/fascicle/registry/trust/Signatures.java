package org.fascicle.registry.trust;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;

/**
 * Checks that all of a bundle is signed by one accepted signer, with the JDK's own verification of signed jars. A bundle does
 * not show its jar, so its entries are written to a temporary one. Immutable and thread-safe.
 *
 * @param scratch where temporary jars go
 */
record Signatures(Signers signers, Path scratch) {
    /** As the JDK has it: files directly in META-INF that belong to signatures and are not signed themselves. */
    private static final Pattern BLOCK = Pattern.compile("META-INF/[^/]+\\.(RSA|DSA|EC)");

    private static final Pattern RELATED =
            Pattern.compile("META-INF/(MANIFEST\\.MF|[^/]+\\.(SF|RSA|DSA|EC)|SIG-[^/.]*(\\.[A-Z0-9]{0,3})?)");

    private static final String REMEDY = "; sign the whole jar with jarsigner";

    /** Why the content is not accepted; empty if it is. */
    String objection(Content content) {
        try {
            Path copy = Files.createTempFile(scratch, "signed", ".jar");
            try {
                write(content, copy);
                try (JarFile jar = new JarFile(copy.toFile(), true)) {
                    return objection(jar);
                }
            } finally {
                Files.delete(copy);
            }
        } catch (SecurityException e) {
            return "its signature does not hold: " + oneLine(e);
        } catch (IOException e) {
            return "its signature cannot be checked: " + oneLine(e);
        }
    }

    private static void write(Content content, Path to) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(to));
                ZipOutputStream jar = new ZipOutputStream(out)) {
            jar.setLevel(Deflater.BEST_SPEED);
            content.read((name, in) -> {
                if (name.endsWith("/")) {
                    if (in.read() >= 0) throw new ZipException("entry " + name + " is a directory with content");
                    return;
                }
                jar.putNextEntry(new ZipEntry(name));
                in.transferTo(jar);
                jar.closeEntry();
            });
        }
    }

    private String objection(JarFile jar) throws IOException {
        List<JarEntry> entries = jar.stream().toList();
        if (entries.stream().noneMatch(e -> BLOCK.matcher(upper(e)).matches())) return "it is not signed" + REMEDY;
        Manifest manifest = jar.getManifest();
        if (manifest == null) return "it has no manifest" + REMEDY;
        Set<String> missing = new TreeSet<>(manifest.getEntries().keySet());
        Set<CodeSigner> common = null;
        String unsigned = "";
        for (JarEntry e : entries) {
            missing.remove(e.getName());
            if (RELATED.matcher(upper(e)).matches()) continue;
            List<CodeSigner> own = signers(jar, e);
            if (own.isEmpty() && unsigned.isEmpty()) unsigned = e.getName();
            if (own.isEmpty()) continue;
            if (common == null) common = new LinkedHashSet<>(own);
            common.retainAll(own);
        }
        if (common == null)
            return "no signature of it counts: what it is signed with is too weak for this Java (jdk.jar.disabledAlgorithms),"
                    + " or signs nothing" + REMEDY + " and an algorithm of today";
        if (!unsigned.isEmpty()) return "entry " + unsigned + " is not signed" + REMEDY;
        if (!missing.isEmpty()) return "entry " + missing.iterator().next() + " was signed and is missing";
        if (common.isEmpty()) return "its entries are not all signed by the same" + REMEDY;
        return judge(common);
    }

    /** A signer is known of an entry only after it was read to its end. */
    private static List<CodeSigner> signers(JarFile jar, JarEntry e) throws IOException {
        try (InputStream in = jar.getInputStream(e)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        CodeSigner[] signers = e.getCodeSigners();
        return signers == null ? List.of() : Arrays.asList(signers);
    }

    private String judge(Set<CodeSigner> common) {
        String first = "";
        for (CodeSigner s : common) {
            String objection = signers.objection(s);
            if (objection.isEmpty()) return "";
            if (first.isEmpty()) first = objection;
        }
        return first;
    }

    private static String upper(JarEntry e) {
        return e.getName().toUpperCase(Locale.ENGLISH);
    }

    static String oneLine(Throwable t) {
        String message = t.getMessage();
        return message == null || message.isBlank()
                ? t.getClass().getSimpleName()
                : message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
