package org.fascicle.registry.trust;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Set;
import org.osgi.framework.Bundle;

/**
 * The content of a bundle's present revision, without that of its fragments. Asked for by paths one directory after the
 * other: {@code findEntries} would try to resolve the bundle, which this is to decide about.
 */
record BundleContent(Bundle bundle) implements Content {
    private static final int MOST = 200_000;
    private static final long LARGEST = 1L << 31;

    @Override
    public void read(Entries to) throws IOException {
        new Walk(bundle, to, new HashSet<>(), new long[1]).directory("/");
    }

    private record Walk(Bundle bundle, Entries to, Set<String> seen, long[] size) {
        void directory(String directory) throws IOException {
            Enumeration<String> paths = bundle.getEntryPaths(directory);
            if (paths == null) return;
            for (String path : Collections.list(paths)) {
                if (!seen.add(path)) continue;
                if (seen.size() > MOST) throw new IOException("it has more than " + MOST + " entries");
                if (path.endsWith("/")) {
                    content(path);
                    directory(path);
                } else if (!content(path)) {
                    throw new IOException("entry " + path + " is listed and not there");
                }
            }
        }

        /** False if there is no such entry. */
        private boolean content(String path) throws IOException {
            URL url = bundle.getEntry(path);
            if (url == null) return false;
            // An entry whose name is no path of a URL would give the content of another one.
            if (!url.getPath().equals("/" + path)) throw new IOException("the name of entry " + path + " is no path");
            try (InputStream in = path.endsWith("/") ? directory(url) : url.openStream()) {
                to.entry(path, new Bounded(in));
                return true;
            }
        }

        /** What cannot be opened has no content that a class loader could find: a true directory, or one that a jar does not list. */
        private static InputStream directory(URL url) {
            try {
                return url.openStream();
            } catch (IOException e) {
                return InputStream.nullInputStream();
            }
        }

        /** What is small as a jar may be large. */
        private final class Bounded extends FilterInputStream {
            Bounded(InputStream in) {
                super(in);
            }

            @Override
            public int read() throws IOException {
                int b = super.read();
                count(b < 0 ? 0 : 1);
                return b;
            }

            @Override
            public int read(byte[] b, int from, int length) throws IOException {
                int n = super.read(b, from, length);
                count(Math.max(n, 0));
                return n;
            }

            private void count(int n) throws IOException {
                size[0] += n;
                if (size[0] > LARGEST) throw new IOException("it has more than " + (LARGEST >> 20) + " MB");
            }
        }
    }
}
