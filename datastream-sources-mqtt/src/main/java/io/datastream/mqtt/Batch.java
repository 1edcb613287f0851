package io.datastream.mqtt;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Messages that are kept together, and the acknowledgements to be sent when they are. */
final class Batch {
    private static final int MOST_RECORDS = 10_000;
    private static final int MOST_BYTES = 4 << 20;

    final List<byte[]> records = new ArrayList<>();

    /** How many of the records the broker will not send again. */
    int unrepeatable;

    private final ByteArrayOutputStream acknowledgements = new ByteArrayOutputStream();
    private long bytes;

    void add(byte[] record) {
        records.add(record);
        bytes += record.length;
    }

    /** To be acknowledged in the order of arrival, as MQTT wants it. */
    void acknowledge(int packetId) {
        acknowledgements.writeBytes(new PacketWriter().twoBytes(packetId).packet(Connection.PUBACK << 4));
    }

    byte[] acknowledgements() {
        return acknowledgements.toByteArray();
    }

    boolean isFull() {
        return records.size() >= MOST_RECORDS || bytes >= MOST_BYTES || acknowledgements.size() >= MOST_BYTES;
    }
}
