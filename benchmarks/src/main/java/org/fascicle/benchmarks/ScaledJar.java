package org.fascicle.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.fascicle.benchmarks.payload.Scaled;

/** A plug-in bundle made in memory, one version of it: the activation {@link #ACTIVATION}, {@link Scaled} by {@code scale}. Immutable. */
record ScaledJar(String symbolicName, String version, int ranking, float scale) {
    static final String ACTIVATION = "benchmarked";
    private static final String COMPONENT = "OSGI-INF/scaled.xml";

    /** The jar's bytes, to be read once. */
    static InputStream stream(byte[] jar) {
        return new ByteArrayInputStream(jar);
    }

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest())) {
            put(jar, COMPONENT, component().getBytes(StandardCharsets.UTF_8));
            String file = Scaled.class.getName().replace('.', '/') + ".class";
            try (InputStream in = Scaled.class.getClassLoader().getResourceAsStream(file)) {
                put(jar, file, in.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void put(JarOutputStream jar, String path, byte[] content) throws IOException {
        jar.putNextEntry(new JarEntry(path));
        jar.write(content);
        jar.closeEntry();
    }

    private Manifest manifest() {
        Manifest m = new Manifest();
        Attributes a = m.getMainAttributes();
        a.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        a.putValue("Bundle-ManifestVersion", "2");
        a.putValue("Bundle-SymbolicName", symbolicName);
        a.putValue("Bundle-Version", version);
        a.putValue("Import-Package", "org.fascicle.nn;version=\"[1.0,2)\"");
        a.putValue("Service-Component", COMPONENT);
        a.putValue(
                "Provide-Capability",
                "fascicle.activation;fascicle.activation=\"" + ACTIVATION + "\";effective:=active");
        return m;
    }

    private String component() {
        return """
                <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="%s" init="1">
                  <property name="fascicle.activation" value="%s"/>
                  <property name="service.ranking" type="Integer" value="%d"/>
                  <property name="scale" type="Float" value="%s"/>
                  <service><provide interface="org.fascicle.nn.Activation"/></service>
                  <implementation class="%s"/>
                </scr:component>
                """.formatted(symbolicName, ACTIVATION, ranking, scale, Scaled.class.getName());
    }
}
