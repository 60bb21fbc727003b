package dev.authbridge.web;

import dev.authbridge.protocol.Data;
import io.nayuki.qrcodegen.QrCode;

/** Draws a link for a camera. */
final class QrCodes {
    /** The quiet zone that the standard asks for, in modules. */
    private static final int MARGIN = 4;

    private QrCodes() {}

    /**
     * The code as an SVG path, so that a page draws it without taking markup from anywhere.
     *
     * @return {@code size}, the side of the view box in modules with the margin, and {@code path}, of the dark modules
     */
    static Data of(String link) {
        QrCode code = QrCode.encodeText(link, QrCode.Ecc.LOW);
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < code.size; y++) {
            for (int x = 0; x < code.size; x++) {
                if (code.getModule(x, y)) {
                    int from = x;
                    while (x + 1 < code.size && code.getModule(x + 1, y)) {
                        x++;
                    }
                    int width = x + 1 - from;
                    path.append('M').append(from + MARGIN).append(' ').append(y + MARGIN);
                    path.append('h').append(width).append("v1h-").append(width).append('z');
                }
            }
        }
        return new Data().put("size", code.size + 2 * MARGIN).put("path", path.toString());
    }
}
