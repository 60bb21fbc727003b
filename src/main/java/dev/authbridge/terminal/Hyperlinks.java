package dev.authbridge.terminal;

import dev.authbridge.terminal.TerminalScreen.Hyperlink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the hyperlinks of a screen; their number and length are bounded. Confined to one thread at a time. */
final class Hyperlinks {
    private static final int MAX_LINKS = 64;
    private static final int MAX_TEXT = 8192;

    private final Map<String, StringBuilder> texts = new LinkedHashMap<>();

    /** The text of the link that is being printed; null if none is. */
    private StringBuilder open;

    private String openIdentity = "";

    /**
     * Takes {@code OSC 8 ; parameters ; address}; an empty address ends the link. The pieces of a link that is broken into several
     * rows have the same {@code id} parameter and become one link.
     */
    void command(String text) {
        String[] parts = text.split(";", 3);
        if (parts.length < 3) {
            return;
        }
        String address = parts[2];
        open = null;
        if (!address.isEmpty()) {
            String identity = parts[1] + ";" + address;
            StringBuilder before = texts.remove(address);
            boolean continues = identity.equals(openIdentity) && !parts[1].isEmpty();
            open = before != null && continues ? before : new StringBuilder();
            texts.put(address, open);
            openIdentity = identity;
            if (texts.size() > MAX_LINKS) {
                texts.remove(texts.keySet().iterator().next());
            }
        }
    }

    void printed(int codePoint) {
        if (open != null && open.length() + Character.charCount(codePoint) <= MAX_TEXT) {
            open.appendCodePoint(codePoint);
        }
    }

    void printed(String characters, int times) {
        for (int time = 0; time < times && open != null && open.length() + characters.length() <= MAX_TEXT; time++) {
            open.append(characters);
        }
    }

    void clear() {
        texts.clear();
        open = null;
        openIdentity = "";
    }

    List<Hyperlink> list() {
        List<Hyperlink> list = new ArrayList<>();
        texts.forEach((address, text) -> list.add(new Hyperlink(address, text.toString())));
        return List.copyOf(list);
    }
}
