package org.fascicle.it.payload;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Which version this is: the jar says by which power of two its results are multiplied, and how long that takes. */
record Power(int exponent, long pauseMillis) {
    static Power ofThisJar() {
        try (InputStream in = Power.class.getResourceAsStream("/power")) {
            String[] words = new String(in.readAllBytes(), StandardCharsets.US_ASCII).split(" ");
            return new Power(Integer.parseInt(words[0]), Long.parseLong(words[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    float times(float x) {
        return Math.scalb(x, exponent);
    }
}
