package dev.authbridge.command;

import io.nayuki.qrcodegen.QrCode.Ecc;

/** A link as a QR code of half blocks, two modules a character, black on white whatever the terminal's colours are. */
final class QrCode {
    private static final int QUIET_ZONE = 2;
    private static final String BLACK_ON_WHITE = "\u001b[30;107m";
    private static final String RESET = "\u001b[0m";
    /** Neither, lower, upper, both. */
    private static final String BLOCKS = " \u2584\u2580\u2588";

    private QrCode() {}

    static String of(String link) {
        io.nayuki.qrcodegen.QrCode code = io.nayuki.qrcodegen.QrCode.encodeText(link, Ecc.LOW);
        StringBuilder text = new StringBuilder();
        for (int y = -QUIET_ZONE; y < code.size + QUIET_ZONE; y += 2) {
            text.append(BLACK_ON_WHITE);
            for (int x = -QUIET_ZONE; x < code.size + QUIET_ZONE; x++) {
                // outside of the code every module is light
                text.append(BLOCKS.charAt((code.getModule(x, y) ? 2 : 0) + (code.getModule(x, y + 1) ? 1 : 0)));
            }
            text.append(RESET).append('\n');
        }
        return text.toString();
    }
}
