#![cfg_attr(fuzzing, no_main)]
routeglass_fuzz::target!(columns);
