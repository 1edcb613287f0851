package io.datastream.files.hadoop;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.StreamCapabilities;

/** A file that is forced to disks when it is closed, where the file system can do that. */
final class HadoopOutput extends OutputStream {
    private final FSDataOutputStream out;
    private boolean closed;

    HadoopOutput(FSDataOutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        out.write(bytes, offset, count);
    }

    /** Hadoop's buffers are emptied by {@link #close}. */
    @Override
    public void flush() {}

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        IOException problem = null;
        try {
            if (out.hasCapability(StreamCapabilities.HSYNC)) {
                out.hsync();
            }
        } catch (IOException e) {
            problem = e;
        }
        try {
            out.close();
        } catch (IOException e) {
            if (problem == null) {
                problem = e;
            } else if (problem != e) {
                problem.addSuppressed(e);
            }
        }
        if (problem != null) {
            // Hadoop may throw what a write has thrown before, and nothing can suppress itself
            throw new IOException(firstLine(problem), problem);
        }
    }

    /** Hadoop puts the stack of the server into its messages. */
    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
