/** What a test file prints when its tests are done; the file's URL follows. */
export const FILE_END_MARK = "<<< end of test file ";
