package org.fascicle.registry;

import org.fascicle.plugin.MissingPluginException;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugin;

/**
 * A provider as long as it is there: makes its object on first use, remembers a failure as text, and forgets everything
 * that could keep a departed bundle alive. Thread-safe; no lock is held while the source works, except the one that lets
 * a second user of the same plug-in wait for the first.
 */
final class Provider implements Plugin {
    private static final Entry.Source NOTHING = () -> null;

    private final Catalogue catalogue;
    private final Object making = new Object();
    private volatile Entry entry;
    private volatile Object object;
    /** Empty as long as nothing failed. */
    private volatile String failure;

    private volatile String hash = "";
    private volatile boolean gone;

    Provider(Catalogue catalogue, Entry entry) {
        this.catalogue = catalogue;
        this.entry = entry;
        failure = entry.rejection();
    }

    Entry entry() {
        return entry;
    }

    String failure() {
        return failure;
    }

    /** The content hash as far as it was needed. */
    String knownHash() {
        return hash;
    }

    @Override
    public Origin origin() {
        Entry e = entry;
        if (hash.isEmpty()) hash = e.source().hash();
        return e.origin(hash);
    }

    /** What is known without asking the source for anything. */
    Origin knownOrigin() {
        return entry.origin(hash);
    }

    @Override
    public Object instance() {
        Object o = object;
        return o != null ? o : make();
    }

    private Object make() {
        String why;
        synchronized (making) {
            if (object != null) return object;
            if (!failure.isEmpty()) throw new MissingPluginException(knownOrigin() + " failed: " + failure);
            Entry.Source source = entry.source();
            if (gone) throw left();
            Object made = null;
            try {
                made = source.get();
                why = judge(made);
            } catch (Throwable t) {
                why = Words.reason(t);
            }
            if (why.isEmpty() && keep(made)) return made;
            if (made != null) release(source);
            if (gone) throw left();
            failure = why;
        }
        catalogue.failed(this);
        throw new MissingPluginException(knownOrigin() + " failed: " + why);
    }

    private String judge(Object made) {
        if (made == null) return "its service gave no object";
        if (Types.accepts(entry.kind(), made)) return "";
        return Types.name(made.getClass()) + " is no " + Types.words(entry.kind()) + " of the api that Fascicle uses";
    }

    private synchronized boolean keep(Object made) {
        if (gone) return false;
        object = made;
        return true;
    }

    /** Takes the same offer with another ranking. */
    synchronized void changeTo(Entry changed) {
        if (!gone) entry = changed;
    }

    /** From now on there is no object; what is returned gives the old one back. */
    synchronized Runnable leave() {
        Entry.Source source = entry.source();
        boolean made = object != null;
        gone = true;
        object = null;
        entry = entry.without(NOTHING);
        return made ? () -> release(source) : () -> {};
    }

    private void release(Entry.Source source) {
        try {
            source.release();
        } catch (RuntimeException | LinkageError e) {
            Catalogue.LOG.warn("{}: giving its service back failed: {}", knownOrigin(), Words.reason(e));
        }
    }

    private MissingPluginException left() {
        return new MissingPluginException(knownOrigin() + " has left");
    }

    @Override
    public String toString() {
        return knownOrigin().toString();
    }
}
