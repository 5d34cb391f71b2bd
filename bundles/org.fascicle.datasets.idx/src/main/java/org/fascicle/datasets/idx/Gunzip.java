package org.fascicle.datasets.idx;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Reads exactly one gzip member (RFC 1952) and insists that the file ends with it. {@code GZIPInputStream} overlooks bytes after the
 * member. {@link EOFException} if the file is cut short, {@link ZipException} if it is damaged. Confined to one thread.
 */
final class Gunzip extends InputStream {
    private static final int FLAG_HEADER_CHECK = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;

    private final InputStream in;
    private final Inflater inflater;
    private final CRC32 check = new CRC32();
    private final byte[] buffer = new byte[1 << 16];
    private int held;
    private boolean ended;

    /** Reads the header; {@code in} should be buffered and is closed with this. */
    Gunzip(InputStream in) throws IOException {
        this.in = in;
        header();
        inflater = new Inflater(true);
    }

    private void header() throws IOException {
        if (next() != 0x1F || next() != 0x8B) throw new ZipException("not a gzip header");
        int method = next();
        if (method != 8) throw new ZipException("compression method must be 8, got " + method);
        int flags = next();
        for (int i = 0; i < 6; i++) next();
        if ((flags & FLAG_EXTRA) != 0) {
            int length = next() | next() << 8;
            for (int i = 0; i < length; i++) next();
        }
        if ((flags & FLAG_NAME) != 0) skipText();
        if ((flags & FLAG_COMMENT) != 0) skipText();
        if ((flags & FLAG_HEADER_CHECK) != 0) {
            next();
            next();
        }
    }

    private void skipText() throws IOException {
        int c;
        do {
            c = next();
        } while (c != 0);
    }

    private int next() throws IOException {
        int b = in.read();
        if (b < 0) throw new EOFException("the gzip header or trailer is cut short");
        return b;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int at, int length) throws IOException {
        if (ended) return -1;
        if (length == 0) return 0;
        try {
            while (true) {
                int n = inflater.inflate(to, at, length);
                if (n > 0) {
                    check.update(to, at, n);
                    return n;
                }
                if (inflater.finished()) {
                    trailer();
                    ended = true;
                    return -1;
                }
                if (inflater.needsDictionary()) throw new ZipException("a preset dictionary is asked for");
                held = in.read(buffer);
                if (held < 0) throw new EOFException("the compressed data are cut short");
                inflater.setInput(buffer, 0, held);
            }
        } catch (DataFormatException e) {
            ZipException damaged = new ZipException(e.getMessage() == null ? "invalid deflate data" : e.getMessage());
            damaged.initCause(e);
            throw damaged;
        }
    }

    /** CRC and length modulo 2^32, both little-endian; part of them may have been read with the data. */
    private void trailer() throws IOException {
        int left = inflater.getRemaining();
        byte[] tail = new byte[8];
        int first = Math.min(left, tail.length);
        System.arraycopy(buffer, held - left, tail, 0, first);
        for (int i = first; i < tail.length; i++) tail[i] = (byte) next();
        if (left > tail.length || in.read() >= 0) throw new ZipException("bytes follow the end of the compressed data");
        long sum = word(tail, 0);
        if (sum != check.getValue()) {
            throw new ZipException("checksum must be 0x%08x, got 0x%08x".formatted(sum, check.getValue()));
        }
        long length = word(tail, 4);
        long got = inflater.getBytesWritten() & 0xFFFFFFFFL;
        if (length != got) throw new ZipException("length modulo 2^32 must be " + length + ", got " + got);
    }

    private static long word(byte[] b, int at) {
        return (b[at] & 0xFF) | (b[at + 1] & 0xFF) << 8 | (b[at + 2] & 0xFF) << 16 | (b[at + 3] & 0xFFL) << 24;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
