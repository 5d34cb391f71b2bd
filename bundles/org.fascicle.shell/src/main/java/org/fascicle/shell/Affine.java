package org.fascicle.shell;

/** y = W x + b, in double precision. Immutable once made; the arrays are not copied. */
record Affine(double[][] w, double[] b) {
    int inputs() {
        return w[0].length;
    }

    int outputs() {
        return w.length;
    }

    /** This one, then {@code next}: W = W₂ W₁, b = W₂ b₁ + b₂. */
    Affine then(Affine next) {
        double[][] product = new double[next.outputs()][inputs()];
        double[] sum = next.b.clone();
        for (int o = 0; o < next.outputs(); o++) {
            for (int k = 0; k < outputs(); k++) {
                double a = next.w[o][k];
                sum[o] += a * b[k];
                for (int i = 0; i < inputs(); i++) product[o][i] += a * w[k][i];
            }
        }
        return new Affine(product, sum);
    }
}
