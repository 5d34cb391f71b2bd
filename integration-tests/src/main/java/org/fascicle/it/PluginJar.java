package org.fascicle.it;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;

/** A bundle made in memory, of classes of this one. Confined to one thread. */
final class PluginJar {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final List<String> components = new ArrayList<>();
    private final List<String> capabilities = new ArrayList<>();

    private PluginJar(String symbolicName, String version) {
        header("Bundle-ManifestVersion", "2");
        header("Bundle-SymbolicName", symbolicName);
        header("Bundle-Version", version);
        header("Import-Package", "org.fascicle.nn;version=\"[1.0,2)\"");
    }

    /** A plug-in that imports what one compiled against version 1.0 of the api imports. */
    static PluginJar of(String symbolicName, String version) {
        return new PluginJar(symbolicName, version);
    }

    PluginJar header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    PluginJar entry(String path, byte[] content) {
        entries.put(path, content);
        return this;
    }

    /** A component of this class that is the activation of this name. */
    PluginJar activation(String name, Class<?> type) {
        return plugin("activation", name, "org.fascicle.nn.Activation", 0, type);
    }

    /** A component of this class that is a plug-in of this kind and name. */
    PluginJar plugin(String kind, String name, String service, int ranking, Class<?> type) {
        return plugin(kind, name, service, type, String.format("""
                <property name="service.ranking" type="Integer" value="%d"/>
                """, ranking));
    }

    /** A component of this class that is a plug-in of this kind and name, with further elements of its description. */
    PluginJar plugin(String kind, String name, String service, Class<?> type, String elements) {
        String property = "fascicle." + kind;
        capabilities.add(property + ";" + property + "=\"" + name + "\";effective:=active");
        return component(type, service, String.format("""
                <property name="%s" value="%s"/>
                """, property, name) + elements);
    }

    /** A component of this class; the description's elements but for service and implementation. */
    PluginJar component(Class<?> type, String service, String elements) {
        String component = headers.get("Bundle-SymbolicName") + "." + components.size();
        String file = "OSGI-INF/" + component + ".xml";
        components.add(file);
        String xml = String.format("""
                <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="%s"%s>
                  %s
                  <service><provide interface="%s"/></service>
                  <implementation class="%s"/>
                </scr:component>
                """, component, init(type), elements, service, type.getName());
        entry(file, xml.getBytes(StandardCharsets.UTF_8));
        return classes(type);
    }

    /** What is injected comes through the constructor. */
    private static String init(Class<?> type) {
        int parameters = type.getConstructors()[0].getParameterCount();
        return parameters == 0 ? "" : " init=\"" + parameters + "\"";
    }

    /** Further classes of this bundle. */
    PluginJar classes(Class<?>... types) {
        for (Class<?> type : types) {
            String path = type.getName().replace('.', '/') + ".class";
            try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
                entry(path, in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            classes(type.getDeclaredClasses());
        }
        return this;
    }

    InputStream stream() {
        return new ByteArrayInputStream(bytes());
    }

    byte[] bytes() {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.forEach(main::putValue);
        if (!components.isEmpty()) main.putValue("Service-Component", String.join(",", components));
        if (!capabilities.isEmpty()) main.putValue("Provide-Capability", String.join(",", capabilities));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            manifest.write(bytes);
            return jar(bytes.toByteArray(), entries);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The content of an installed bundle as a jar. */
    static byte[] of(Bundle bundle) {
        Map<String, byte[]> all = entries(bundle, "/");
        byte[] manifest = all.remove(MANIFEST);
        try {
            return jar(manifest, all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files of an installed bundle below a folder. */
    static Map<String, byte[]> entries(Bundle bundle, String folder) {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (URL url : Collections.list(bundle.findEntries(folder, "*", true))) {
            String path = url.getPath().substring(1);
            if (path.endsWith("/")) continue;
            try (InputStream in = url.openStream()) {
                all.put(path, in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return all;
    }

    private static byte[] jar(byte[] manifest, Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            put(jar, MANIFEST, manifest);
            for (Map.Entry<String, byte[]> f : files.entrySet()) put(jar, f.getKey(), f.getValue());
        }
        return bytes.toByteArray();
    }

    private static void put(JarOutputStream jar, String path, byte[] content) throws IOException {
        JarEntry entry = new JarEntry(path);
        // The same content is the same jar.
        entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
        jar.putNextEntry(entry);
        jar.write(content);
        jar.closeEntry();
    }
}
