package io.datastream.files.hadoop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** A name node and a data node in this JVM, started once for all its tests. */
final class Hdfs {
    private static final MiniDFSCluster CLUSTER = start();

    private Hdfs() {}

    private static MiniDFSCluster start() {
        Configuration configuration = new Configuration();
        configuration.set("dfs.replication", "1");
        try {
            // not of a fixed name: tests of another class have a cluster at the same time
            Path folder = Files.createTempDirectory(Path.of("target"), "hdfs-");
            configuration.set(
                    MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toAbsolutePath().toString());
            MiniDFSCluster cluster =
                    new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> cluster.shutdown(true), "hdfs-shutdown"));
            cluster.waitActive();
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@code hdfs://localhost:40271}. */
    static String address() {
        return CLUSTER.getURI().toString();
    }
}
