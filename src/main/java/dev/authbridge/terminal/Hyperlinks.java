package dev.authbridge.terminal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the hyperlinks of a screen, bounded in number and length. Confined to one thread at a time. */
final class Hyperlinks {
    private static final int MAX_LINKS = 64;
    private static final int MAX_TEXT = 8192;

    private final Map<String, StringBuilder> texts = new LinkedHashMap<>();
    private String open = "";
    private String openIdentity = "";

    /**
     * Takes {@code OSC 8 ; parameters ; address}; an empty address ends the link. Pieces of one link that come one after
     * the other, as where a row wraps, are one.
     */
    void command(String text) {
        String[] parts = text.split(";", 3);
        if (parts.length < 3) {
            return;
        }
        open = parts[2];
        if (!open.isEmpty()) {
            String identity = parts[1] + ";" + open;
            StringBuilder before = texts.remove(open);
            boolean continues = identity.equals(openIdentity) && !parts[1].isEmpty();
            texts.put(open, before != null && continues ? before : new StringBuilder());
            openIdentity = identity;
            if (texts.size() > MAX_LINKS) {
                texts.remove(texts.keySet().iterator().next());
            }
        }
    }

    void printed(CharSequence characters) {
        StringBuilder text = texts.get(open);
        if (text != null) {
            text.append(characters, 0, Math.min(characters.length(), MAX_TEXT - text.length()));
        }
    }

    void clear() {
        texts.clear();
        openIdentity = "";
    }

    List<Hyperlink> list() {
        List<Hyperlink> list = new ArrayList<>();
        texts.forEach((address, text) -> list.add(new Hyperlink(address, text.toString())));
        return List.copyOf(list);
    }
}
