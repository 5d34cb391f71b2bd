package org.fascicle.shell;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.DoubleStream;
import javax.imageio.ImageIO;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Kind;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws every activation that is registered. Confined to one command. */
@Command(
        name = "plot",
        description = {
            "Draw every activation that is registered, with its slope, on [-10, 10]: one PNG each and an overview.",
            "Those with parameters are drawn at their initial values, those that mix channels as their first output for (x, 0)."
        })
final class PlotCommand implements Callable<Integer> {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 480;
    private static final int ACROSS = 5;
    private static final int SMALL_WIDTH = 360;
    private static final int SMALL_HEIGHT = 240;
    private static final double ROOM = 0.05;

    private final Services services;
    private final Console console;

    @Parameters(
            arity = "0..1",
            paramLabel = "activations",
            defaultValue = "activations",
            description = "What to draw: activations.")
    private String subject;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where the pictures go.")
    private Path out;

    @Mixin
    private JsonOption json;

    PlotCommand(Services services, Console console) {
        this.services = services;
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (!subject.equals("activations")) throw new ConfigException("plot: can draw activations, not " + subject);
        Path directory = console.writableDirectory("plot: --out", out);
        List<Curve> curves = new ArrayList<>();
        int failed = 0;
        for (String name : services.plugins().names(Kind.ACTIVATION)) {
            try {
                Curve c = Curve.of(services, name);
                write(directory.resolve(name + ".png"), name, image(c, WIDTH, HEIGHT));
                curves.add(c);
            } catch (FascicleException e) {
                // One that cannot be drawn, say because it has options that must be given, does not hide the others.
                console.err().println("fascicle: " + Failures.oneLine(e.getMessage()));
                failed++;
            }
        }
        if (!curves.isEmpty()) write(directory.resolve("overview.png"), "overview", overview(curves));
        if (!json.json)
            console.line(curves.size() + " activations are drawn in " + console.shown(directory)
                    + ", all of them in overview.png");
        return failed == 0 ? Failures.DONE : Failures.USER;
    }

    private void write(Path file, String name, BufferedImage image) throws IOException {
        ImageIO.write(image, "png", file.toFile());
        if (json.json) {
            Map<String, Object> m = new LinkedHashMap<>();
            m.put("plot", name);
            m.put("file", file.toString());
            console.json(m);
        }
    }

    private static BufferedImage image(Curve c, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        chart(c, width, height).paint(g, width, height);
        g.dispose();
        return image;
    }

    private static XYChart chart(Curve c, int width, int height) {
        XYChart chart = new XYChartBuilder()
                .width(width)
                .height(height)
                .title(c.note().isEmpty() ? c.name() : c.name() + ", " + c.note())
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisMin(-10.0).setXAxisMax(10.0);
        chart.getStyler().setXAxisDecimalPattern("#.##").setYAxisDecimalPattern("#.###");
        add(chart, "value", c.x(), c.y());
        add(chart, "slope", c.x(), c.slope());
        // A little room above and below: curves that end at a bound do not lie on the frame, and the bound gets its
        // label.
        double[] range = DoubleStream.concat(Arrays.stream(c.y()), Arrays.stream(c.slope()))
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        double low = range[0], high = range[range.length - 1], room = high > low ? ROOM * (high - low) : 1;
        chart.getStyler().setYAxisMin(low - room).setYAxisMax(high + room);
        return chart;
    }

    /** Without what is not finite: a chart has no place for it. */
    private static void add(XYChart chart, String name, double[] x, double[] y) {
        double[] px = new double[x.length], py = new double[x.length];
        int n = 0;
        for (int i = 0; i < x.length; i++) {
            if (!Double.isFinite(y[i])) continue;
            px[n] = x[i];
            py[n++] = y[i];
        }
        if (n == 0) throw new ConfigException("plot: " + chart.getTitle() + " has no finite " + name + " on [-10, 10]");
        chart.addSeries(name, Arrays.copyOf(px, n), Arrays.copyOf(py, n)).setMarker(SeriesMarkers.NONE);
    }

    private static BufferedImage overview(List<Curve> curves) {
        int rows = (curves.size() + ACROSS - 1) / ACROSS;
        BufferedImage page = new BufferedImage(ACROSS * SMALL_WIDTH, rows * SMALL_HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = page.createGraphics();
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, page.getWidth(), page.getHeight());
        for (int i = 0; i < curves.size(); i++) {
            g.drawImage(
                    image(curves.get(i), SMALL_WIDTH, SMALL_HEIGHT),
                    i % ACROSS * SMALL_WIDTH,
                    i / ACROSS * SMALL_HEIGHT,
                    null);
        }
        g.dispose();
        return page;
    }
}
