package org.fascicle.runtime.live;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.Manifest;
import javax.xml.parsers.DocumentBuilderFactory;
import org.fascicle.compute.ejml.EjmlLinearAlgebra;
import org.fascicle.compute.ejml.EjmlOps;
import org.fascicle.model.Model;
import org.fascicle.model.ModelEvent;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.SpecReader;
import org.fascicle.plugin.Kind;
import org.fascicle.registry.Catalogue;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The runtime without a framework: every component on the class path that is a plug-in, in a catalogue. */
public final class Workbench implements AutoCloseable {
    public final Catalogue catalogue = new Catalogue();
    public final EjmlOps ops;
    public final LiveModels models;
    public final List<ModelEvent> events = new CopyOnWriteArrayList<>();
    /** Names of models that are services now. */
    public final List<String> services = new CopyOnWriteArrayList<>();

    public Workbench() {
        this(1, 200);
    }

    public Workbench(int threads, long graceMillis) {
        ops = new EjmlOps(threads);
        catalogue.with(Kind.BACKEND, "ejml", ops).with(Kind.ALGEBRA, "ejml", new EjmlLinearAlgebra());
        components().forEach((component, property) -> {
            Kind kind = Kind.of(property.substring("fascicle.".length(), property.indexOf('=')));
            if (kind != Kind.BACKEND && kind != Kind.ALGEBRA)
                catalogue.with(kind, property.substring(property.indexOf('=') + 1), make(component));
        });
        models = new LiveModels(context(), catalogue, config(graceMillis));
        models.addListener(events::add);
    }

    private static Object make(String component) {
        try {
            return Class.forName(component).getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component, e);
        }
    }

    /** Component class to {@code fascicle.kind=name}, read from the descriptions that the build wrote. */
    private static Map<String, String> components() {
        Map<String, String> found = new java.util.LinkedHashMap<>();
        try {
            for (URL manifest :
                    Collections.list(Workbench.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
                try (InputStream in = manifest.openStream()) {
                    String header = new Manifest(in).getMainAttributes().getValue("Service-Component");
                    if (header == null) continue;
                    for (String xml : header.split(",")) read(new URL(manifest, "../" + xml.strip()), found);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static void read(URL xml, Map<String, String> found) {
        try (InputStream in = xml.openStream()) {
            Document d =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
            String component =
                    ((Element) d.getElementsByTagName("implementation").item(0)).getAttribute("class");
            NodeList properties = d.getElementsByTagName("property");
            for (int i = 0; i < properties.getLength(); i++) {
                Element p = (Element) properties.item(i);
                if (p.getAttribute("name").matches("fascicle\\.[a-z]+"))
                    found.put(component, p.getAttribute("name") + "=" + p.getAttribute("value"));
            }
        } catch (Exception e) {
            throw new IllegalStateException(xml.toString(), e);
        }
    }

    private BundleContext context() {
        return (BundleContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, args) -> {
                    if (!method.getName().equals("registerService"))
                        throw new UnsupportedOperationException(method.getName());
                    String name = ((Model) args[1]).name();
                    services.add(name);
                    return Proxy.newProxyInstance(
                            getClass().getClassLoader(), new Class<?>[] {ServiceRegistration.class}, (p, m, a) -> {
                                if (m.getName().equals("unregister")) services.remove(name);
                                return m.getName().equals("hashCode") ? System.identityHashCode(p) : null;
                            });
                });
    }

    static LiveModels.Config config(long graceMillis) {
        return config(graceMillis, Map.of());
    }

    /** A configuration with these settings by method, and defaults. */
    static LiveModels.Config config(long graceMillis, Map<String, ?> settings) {
        return (LiveModels.Config) Proxy.newProxyInstance(
                Workbench.class.getClassLoader(),
                new Class<?>[] {LiveModels.Config.class},
                (p, m, a) -> m.getName().equals("grace_millis")
                        ? graceMillis
                        : settings.containsKey(m.getName()) ? settings.get(m.getName()) : m.getDefaultValue());
    }

    /** A spec in short: inputs {@code x} of these dims; layers as types or maps; losses likewise. */
    public static ModelSpec spec(List<Integer> dims, List<?> layers, Object... losses) {
        Map<String, Object> tree = new java.util.LinkedHashMap<>();
        tree.put("inputs", Map.of("x", dims));
        tree.put("layers", layers);
        if (losses.length > 0) tree.put("losses", new ArrayList<>(List.of(losses)));
        return SpecReader.read("model", tree);
    }

    /** Options of a layer. */
    public static Map<String, Object> layer(String type, Object... keysAndValues) {
        Map<String, Object> m = new java.util.LinkedHashMap<>();
        m.put("type", type);
        for (int i = 0; i < keysAndValues.length; i += 2) m.put((String) keysAndValues[i], keysAndValues[i + 1]);
        return m;
    }

    @Override
    public void close() {
        models.deactivate();
        ops.close();
    }
}
