console.log(process.env.INPUT_GREETING)
