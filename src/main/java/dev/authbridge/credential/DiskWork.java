package dev.authbridge.credential;

import java.io.IOException;

/** Something to do on the disk. */
interface DiskWork<T> {
    T run() throws IOException;
}
