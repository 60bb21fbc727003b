package dev.authbridge.web;

import dev.authbridge.core.Secret;
import dev.authbridge.protocol.Answer;
import io.nayuki.qrcodegen.QrCode;

/** Draws a link for a camera. */
final class QrCodes {
    /** The quiet zone that the standard asks for, in modules. */
    private static final int MARGIN = 4;

    private QrCodes() {}

    static Answer.QrCode of(String link) {
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
        return new Answer.QrCode(code.size + 2 * MARGIN, new Secret(path.toString()));
    }
}
