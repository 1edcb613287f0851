package io.datastream.formats.parquet;

import java.util.Optional;
import java.util.PrimitiveIterator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.jspecify.annotations.Nullable;

/** The pages of a row group, of which the dictionaries are no larger than their bytes: memory is taken by what they say. */
final class CheckedPages implements PageReadStore {
    private final PageReadStore pages;

    CheckedPages(PageReadStore pages) {
        this.pages = pages;
    }

    @Override
    public PageReader getPageReader(ColumnDescriptor column) {
        PageReader reader = pages.getPageReader(column);
        return new PageReader() {
            @Override
            public @Nullable DictionaryPage readDictionaryPage() {
                DictionaryPage page = reader.readDictionaryPage();
                if (page != null
                        && (page.getDictionarySize() < 0
                                || page.getDictionarySize() > page.getBytes().size())) {
                    throw new IllegalStateException("a dictionary of " + page.getDictionarySize() + " values in "
                            + page.getBytes().size() + " bytes (expected: at most as many as bytes)");
                }
                return page;
            }

            @Override
            public long getTotalValueCount() {
                return reader.getTotalValueCount();
            }

            @Override
            public @Nullable DataPage readPage() {
                return reader.readPage();
            }
        };
    }

    @Override
    public long getRowCount() {
        return pages.getRowCount();
    }

    @Override
    public Optional<Long> getRowIndexOffset() {
        return pages.getRowIndexOffset();
    }

    @Override
    public Optional<PrimitiveIterator.OfLong> getRowIndexes() {
        return pages.getRowIndexes();
    }

    @Override
    public void close() {
        pages.close();
    }
}
