package dev.authbridge.store;

import java.io.IOException;

/** Something to do on the disk. */
interface DiskWork<T> {
    T run() throws IOException;
}
