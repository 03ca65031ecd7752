console.log("served")
