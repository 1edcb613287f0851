package io.datastream.testkit;

import io.datastream.engine.KeyedTask;
import io.datastream.time.EventTime;

/** A keyed task for people. */
final class TaskText {
    private TaskText() {}

    static void append(StringBuilder text, KeyedTask task, int entries) {
        text.append(task.stage())
                .append(" task ")
                .append(task.number())
                .append(": watermark ")
                .append(EventTime.describe(task.watermark()))
                .append(", ")
                .append(task.keys())
                .append(" keys, ")
                .append(task.buffered())
                .append(" rows wait, ")
                .append(entries)
                .append(" entries stored\n");
    }
}
